/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application may do to its tables, with the client open or closed: nothing that
 * went unwatched is a delete, and no value of another device is lost.
 */
class SchemaChangeTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String C = "00000000-0000-0000-0000-00000000000c";

	private static final String NOTE = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);\n";

	private static final String DROP_COLOUR = """
			DROP TRIGGER _sync_note_replace;
			DROP TRIGGER _sync_note_update;
			DROP TRIGGER _sync_note_key;
			DROP TRIGGER _sync_note_delete;
			ALTER TABLE note DROP COLUMN colour;
			""";

	private final ModelServer server = new ModelServer();

	private final List<Conflict> conflicts = new ArrayList<>();

	private Resolution decision = Resolution.TAKE_SERVER;

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", NOTE, "note")
			.with((builder) -> builder.resolver((conflict) -> {
				this.conflicts.add(conflict);
				return this.decision;
			}))
			.open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", NOTE, "note").open();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'red'), ('" + B + "', 'b', 'green')");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.server.received();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aTableThatIsDroppedAndCreatedAgainGetsItsRowsBack(boolean open) {
		restart(open, "DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green");
		assertThat(this.phone.client().status().pending()).isZero();
		this.phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("DELETE note:a");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEditThatIsLostWithItsTableIsNoDelete(boolean open) {
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		restart(open, "DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green");
	}

	@Test
	void aDeleteThatWasSeenIsSentAlsoIfTheTableIsDroppedThen() {
		this.phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("DELETE note:a");
		assertThat(rows(this.phone)).containsExactly(B + "|b|green");
	}

	@Test
	void aRowWhoseUploadHasNoAnswerComesBackAsItWasSent() {
		this.phone.execute("UPDATE note SET title = 'sent' WHERE id = '" + A + "'");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a", "UPDATE note:a");
		assertThat(rows(this.phone)).containsExactly(A + "|sent|red", B + "|b|green");
		assertThat(title(A)).isEqualTo("sent");
	}

	@Test
	void aRowInQuarantineComesBackAsItWasRefused() {
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("UPDATE note SET title = 'refused' WHERE id = '" + A + "'");
		this.phone.client().sync();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|refused|red", B + "|b|green");
		this.server.reject((change) -> null);
		this.server.received();
		this.phone.client().retryQuarantined(this.phone.client().quarantined().get(0).id());
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(title(A)).isEqualTo("refused");
	}

	@ParameterizedTest
	@ValueSource(strings = { A, C })
	void anUnwatchedEditOfARowInQuarantineIsSent(String row) {
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("INSERT OR REPLACE INTO note VALUES ('" + row + "', 'refused', NULL)");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).hasSize(1);
		this.server.reject((change) -> null);
		this.phone.execute("""
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO note SELECT * FROM old_note;
				DROP TABLE old_note;
				UPDATE note SET title = 'edited' WHERE title = 'refused';
				""");
		this.phone.client().sync();
		assertThat(title(row)).isEqualTo("edited");
		assertThat(this.phone.client().quarantined()).isEmpty();
	}

	@Test
	void aRowInQuarantineThatWasNotEditedStaysThere() {
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("UPDATE note SET title = 'refused' WHERE id = '" + A + "'");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("""
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO note SELECT * FROM old_note;
				DROP TABLE old_note;
				""");
		this.phone.client().sync();
		assertThat(this.server.received()).isEmpty();
		assertThat(this.phone.client().quarantined()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aTableThatIsRebuiltSendsOnlyWhatWasEdited(boolean open) {
		restart(open, """
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO note SELECT * FROM old_note;
				DROP TABLE old_note;
				UPDATE note SET title = 'edited' WHERE id = 'ID_A';
				""".replace("ID_A", A));
		this.phone.execute("INSERT INTO note VALUES ('" + C + "', 'c', 'new')");
		Awaitility.await().until(() -> this.phone.client().status().pending() > 0);
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactlyInAnyOrder("UPDATE note:a", "INSERT note:c");
		assertThat(this.conflicts).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aRebuiltTableDoesNotWinOverOthersEdits() {
		this.decision = Resolution.KEEP_LOCAL;
		this.tablet.execute("UPDATE note SET title = 'theirs'");
		this.tablet.client().sync();
		this.server.received();
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO new_note SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""");
		this.phone.execute("UPDATE note SET title = 'mine' WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement()
			.satisfies((conflict) -> assertThat(conflict.base()).extracting((row) -> row.get("title")).isEqualTo("a"));
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(rows(this.phone)).containsExactly(A + "|mine|red", B + "|theirs|green");
	}

	@Test
	void anEditThatTheServersRowReplacesDoesNotStayInAColumnThatThatRowLacks() {
		this.phone.execute("UPDATE note SET colour = 'blue' WHERE id = '" + A + "'");
		this.server.account("ann")
			.change("laptop", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.conflicts).singleElement()
			.satisfies((conflict) -> assertThat(conflict.server().get("colour")).isEqualTo("red"));
		assertThat(rows(this.phone)).containsExactly(A + "|theirs|red", B + "|b|green");
		assertThat(rows(this.tablet)).isEqualTo(rows(this.phone));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aValueThatOnlyTheLostHistoryOfAServerHadGoesBack(boolean edited) {
		if (edited) {
			this.phone.execute("UPDATE note SET title = 'mine' WHERE id = '" + A + "'");
		}
		this.server.account("ann").truncate(0);
		this.server.account("ann")
			.change("laptop", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		for (int round = 0; round < 2; round++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
		assertThat(payload(A).get("colour").asString()).isEqualTo("red");
		assertThat(rows(this.phone)).containsExactly(A + "|theirs|red", B + "|b|green");
		assertThat(rows(this.tablet)).isEqualTo(rows(this.phone));
		assertThat(this.phone.client().status().pending() + this.tablet.client().status().pending()).isZero();
	}

	@Test
	void aDeleteElsewhereReachesARebuiltTable() {
		this.tablet.execute("DELETE FROM note WHERE id = '" + B + "'");
		this.tablet.client().sync();
		this.server.received();
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO new_note SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""");
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red");
	}

	@ParameterizedTest
	@ValueSource(strings = { "unhex(replace(id, '-', ''))", "id" })
	void aKeyThatBecomesABlobIsTheSameKey(String conversion) {
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.execute("""
				CREATE TABLE new_note (id BLOB PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO new_note SELECT CONVERSION, title, colour FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""".replace("CONVERSION", conversion));
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note ORDER BY title")).containsExactly("b", "edited");
		assertThat(this.server.account("ann").live()).hasSize(2);
		if (conversion.equals("id")) {
			assertThat(this.phone.client().quarantined()).singleElement()
				.satisfies((change) -> assertThat(change.message()).contains("declared as BLOB, but holds text"));
		}
		else {
			assertThat(this.server.received()).containsExactly("UPDATE note:a");
			this.phone.execute("DELETE FROM note WHERE title = 'b'");
			this.phone.client().sync();
			assertThat(this.server.received()).containsExactly("DELETE note:b");
		}
	}

	@Test
	void aKeyThatIsSpelledInAnotherWayIsTheSameKey() {
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO new_note SELECT upper(replace(id, '-', '')), title, colour FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("2");
		assertNothingWasSent();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TEXT DEFAULT 'default'", "TEXT NOT NULL DEFAULT ''", "INTEGER DEFAULT 7", "TEXT" })
	void aDefaultDoesNotOverwriteTheValueThatOthersHold(String column) {
		this.tablet.execute("ALTER TABLE note ADD COLUMN body " + column);
		this.tablet.execute("UPDATE note SET body = '5' WHERE id = '" + A + "'");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'dirty'");
		this.phone.execute("ALTER TABLE note ADD COLUMN body " + column);
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT body FROM note WHERE id = '" + A + "'")).containsExactly("5");
		assertThat(payload(A).get("body").asString()).isEqualTo("5");
		assertThat(payload(B).has("body")).as("never written by anybody").isFalse();
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT title, body FROM note WHERE id = '" + A + "'")).containsExactly("dirty|5");
		this.phone.execute("UPDATE note SET body = '6' WHERE id = '" + B + "'");
		this.phone.client().sync();
		assertThat(payload(B).get("body").asString()).isEqualTo("6");
	}

	@Test
	void aDefaultIsNoEditAlsoWhereTheLocalRowWins() {
		this.decision = Resolution.KEEP_LOCAL;
		this.tablet.execute("ALTER TABLE note ADD COLUMN body TEXT DEFAULT 'default'");
		this.tablet.execute("UPDATE note SET body = 'theirs' WHERE id = '" + A + "'");
		this.phone.execute("ALTER TABLE note ADD COLUMN body TEXT DEFAULT 'default'");
		this.phone.execute("UPDATE note SET title = 'mine' WHERE id = '" + A + "'");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.phone.query("SELECT title, body FROM note ORDER BY id")).containsExactly("mine|theirs",
				"b|default");
		assertThat(this.tablet.query("SELECT title, body FROM note ORDER BY id")).containsExactly("mine|theirs",
				"b|default");
	}

	@Test
	void aTableThatIsRebuiltWithANewColumnTakesTheValuesThatWereKept() {
		this.tablet.execute("ALTER TABLE note ADD COLUMN body TEXT DEFAULT ''");
		this.tablet.execute("UPDATE note SET body = 'theirs' WHERE id = '" + A + "'");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT, colour TEXT, body TEXT NOT NULL DEFAULT '');
				INSERT INTO new_note (id, title, colour) SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT body FROM note ORDER BY id")).containsExactly("theirs", "");
		assertNothingWasSent();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aDroppedColumnStaysInTheStream(boolean open) {
		restart(open, DROP_COLOUR);
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(payload(A).get("colour").asString()).isEqualTo("red");
		this.phone.execute("UPDATE note SET title = 'again' WHERE id = '" + B + "'");
		this.phone.client().sync();
		assertThat(payload(B).get("colour").asString()).isEqualTo("green");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aColumnThatIsDroppedAndAddedAgainAtOnceGetsItsValuesBack(boolean open) {
		restart(open, DROP_COLOUR + "ALTER TABLE note ADD COLUMN colour TEXT DEFAULT 'none'");
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|edited|red", B + "|b|green");
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(payload(A).get("colour").asString()).isEqualTo("red");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aColumnThatIsRecreatedBeforeTheAnswerGetsItsValuesBack(boolean applied) {
		this.phone.execute("INSERT INTO note VALUES ('" + C + "', 'c', 'blue')");
		if (applied) {
			this.server.loseResponse();
		}
		else {
			this.server.loseRequest();
		}
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute(DROP_COLOUR + "ALTER TABLE note ADD COLUMN colour TEXT");
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green", C + "|c|blue");
		assertThat(payload(C).get("colour").asString()).isEqualTo("blue");
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "true, false", "false, true", "false, false" })
	void aColumnThatIsDroppedBeforeTheAnswerStaysInTheStream(boolean inserted, boolean applied) {
		this.phone.execute(inserted ? "INSERT INTO note VALUES ('" + C + "', 'c', 'blue')"
				: "UPDATE note SET title = 'c', colour = 'blue' WHERE id = '" + A + "'");
		if (applied) {
			this.server.loseResponse();
		}
		else {
			this.server.loseRequest();
		}
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute(DROP_COLOUR);
		this.phone.client().tablesChanged();
		this.phone.execute("ALTER TABLE note ADD COLUMN colour TEXT");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT colour FROM note WHERE title = 'c'")).containsExactly("blue");
		this.phone.execute(DROP_COLOUR);
		this.phone.execute("UPDATE note SET title = 'edited' WHERE title = 'c'");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'again' WHERE title = 'edited'");
		this.phone.client().sync();
		assertThat(title(inserted ? C : A)).isEqualTo("again");
		assertThat(payload(inserted ? C : A).get("colour").asString()).isEqualTo("blue");
	}

	@Test
	void aColumnThatIsDroppedWhileARowIsSentStaysInTheStream() {
		this.phone.execute("INSERT INTO note VALUES ('" + C + "', 'c', 'blue')");
		this.server.whileInFlight(() -> this.phone.execute(DROP_COLOUR));
		this.phone.client().uploadOnce();
		this.phone.execute("UPDATE note SET title = 'again' WHERE id = '" + C + "'");
		this.phone.client().sync();
		assertThat(title(C)).isEqualTo("again");
		assertThat(payload(C).get("colour").asString()).isEqualTo("blue");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aMemberThatTheLatestImageLacksIsKept(boolean hydrating) {
		this.server.account("ann")
			.change("old", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"x\",\"weight\":1.10}");
		this.server.account("ann").change("old", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"y\"}");
		try (TestDevice laptop = new TestDevice(this.folder, this.server, "ann/laptop", NOTE, "note").open()) {
			TestDevice device = hydrating ? laptop : this.phone;
			if (hydrating) {
				device.client().hydrate();
			}
			else {
				device.client().sync();
			}
			assertThat(rows(device)).contains(A + "|y|red");
			device.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
			device.client().sync();
			assertThat(payload(A).get("colour").asString()).isEqualTo("red");
			assertThat(payload(A).get("weight").toString()).isEqualTo("1.10");
		}
	}

	@Test
	void aRowThatNoTriggerHasSeenGoComesBack() {
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.execute("INSERT INTO oversync_applying VALUES (1)");
		this.phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		this.phone.execute("DELETE FROM oversync_applying");
		this.phone.client().sync();
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green");
	}

	@Test
	void aTableThatIsRenamedKeepsWhatIsKnownOfIt() {
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.client().close();
		this.phone.execute("ALTER TABLE note RENAME TO memo");
		try (TestDevice renamed = new TestDevice(this.folder, this.server, "ann/phone", "")
			.with((builder) -> builder.tables(SyncTable.of("memo").onServer("app", "note")))
			.open()) {
			assertThat(renamed.client().status().pending()).isEqualTo(1);
			renamed.execute("UPDATE memo SET title = 'edited' WHERE id = '" + B + "'");
			assertThat(renamed.client().status().pending()).isEqualTo(2);
			renamed.client().sync();
			assertThat(this.server.received()).containsExactly("UPDATE note:a", "UPDATE note:b");
			assertThat(renamed.client().status().pending()).isZero();
			assertThat(
					renamed.query("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%note%'"))
				.containsExactly("0");
		}
	}

	@Test
	void aTableThatIsRenamedAwayLeavesNothingPending() {
		this.phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + A + "'");
		this.phone.client().close();
		this.phone.execute("ALTER TABLE note RENAME TO old_note;\nCREATE TABLE memo (id TEXT PRIMARY KEY)");
		try (TestDevice other = new TestDevice(this.folder, this.server, "ann/phone", "", "memo").open()) {
			assertThat(other.client().status().pending()).isZero();
			other.execute("UPDATE old_note SET title = 'not synced'");
			assertThat(other.client().status().pending()).isZero();
		}
	}

	@Test
	void theOldTableThatIsKeptIsNotWatched() {
		this.phone.execute("""
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO note SELECT * FROM old_note;
				""");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM old_note");
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(this.server.account("ann").live()).hasSize(2);
		assertThat(rows(this.phone)).hasSize(2);
	}

	@Test
	void aTableThatIsRebuiltDuringARequestIsWatchedAtOnce() {
		this.phone.execute("UPDATE note SET title = 'first' WHERE id = '" + A + "'");
		this.server.whileInFlight(() -> this.phone.execute("""
				DROP TABLE note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				"""));
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|first|red", B + "|b|green");
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "true, false", "false, true", "false, false" })
	void aRowThatVanishedAndIsInsertedAgainUnwatchedIsAnEdit(boolean rebuilt, boolean editedElsewhere) {
		this.decision = Resolution.KEEP_LOCAL;
		this.phone.client().pauseDownloads();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		if (editedElsewhere) {
			this.tablet.execute("UPDATE note SET colour = 'blue'");
			this.tablet.client().sync();
			this.server.received();
		}
		String insert = "INSERT INTO note VALUES ('" + A + "', 'mine', 'red')";
		this.phone.execute(rebuilt ? "DROP TABLE note;\n" + NOTE + insert
				: "INSERT INTO oversync_applying VALUES (1);\n" + insert + ";\nDELETE FROM oversync_applying");
		this.phone.client().resumeDownloads();
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(this.conflicts).hasSize(editedElsewhere ? 1 : 0);
		assertThat(title(A)).isEqualTo("mine");
		assertThat(rows(this.phone)).containsExactly(A + "|mine|red", B + "|b|" + (editedElsewhere ? "blue" : "green"));
	}

	@Test
	void aRowThatVanishedAndIsInsertedAgainAsItWasIsNoEdit() {
		this.phone.client().pauseDownloads();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		this.phone.execute("DROP TABLE note;\n" + NOTE + "INSERT INTO note VALUES ('" + A + "', 'a', 'red')");
		this.phone.client().resumeDownloads();
		this.phone.client().sync();
		assertNothingWasSent();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green");
	}

	@Test
	void aRowThatVanishedAndIsInsertedAgainUnwatchedStaysIfTheServerHasLostIt() {
		this.phone.client().pauseDownloads();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		this.phone.execute("DROP TABLE note;\n" + NOTE + "INSERT INTO note VALUES ('" + A + "', 'mine', 'red'), ('" + B
				+ "', 'mine', 'green')");
		this.server.account("ann").truncate(1);
		this.phone.client().resumeDownloads();
		this.decision = Resolution.KEEP_LOCAL;
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|mine|red", B + "|mine|green");
		assertThat(title(A)).isEqualTo("mine");
		assertThat(title(B)).isEqualTo("mine");
	}

	@Test
	void aDeleteAfterTheClientHasLookedAtTheTableIsSent() {
		this.phone.execute("""
				CREATE TABLE new_note (id TEXT PRIMARY KEY, title TEXT, colour TEXT);
				INSERT INTO new_note SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE new_note RENAME TO note;
				""");
		this.phone.client().tablesChanged();
		this.phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("DELETE note:a");
		assertThat(rows(this.phone)).containsExactly(B + "|b|green");
	}

	@Test
	void aStatusLetsAnotherThreadLookAtTablesThatWereChanged() {
		this.phone.close();
		this.phone = new TestDevice(this.folder, this.server, "ann/laptop", NOTE, "note");
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + this.phone.file());
		this.phone.with((builder) -> builder.dataSource(database.dataSource())).open();
		AtomicReference<Thread> writer = new AtomicReference<>();
		database.beforeNext("BEGIN IMMEDIATE", () -> writer.set(Thread.currentThread()));
		this.phone.execute("DROP TABLE note;\n" + NOTE + "INSERT INTO note VALUES ('" + C + "', 'c', 'new')");
		this.phone.client().status();
		Awaitility.await().until(() -> this.phone.client().status().pending() == 1);
		assertThat(writer.get()).isNotSameAs(Thread.currentThread());
	}

	@Test
	void aTableThatIsRebuiltDuringADownloadWithoutChangesIsWatchedAtOnce() {
		this.phone.reopen();
		this.server.whileInFlight(() -> this.phone.execute("DROP TABLE note;\n" + NOTE));
		this.phone.client().sync();
		assertThat(rows(this.phone)).containsExactly(A + "|a|red", B + "|b|green");
		assertNothingWasSent();
	}

	@Test
	void whileDownloadsArePausedNothingOfAnUnwatchedTableIsSent() {
		this.phone.client().pauseDownloads();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.client().sync();
		assertNothingWasSent();
		this.phone.client().resumeDownloads();
		this.phone.client().sync();
		assertThat(rows(this.phone)).hasSize(2);
	}

	@Test
	void aComparisonThatIsInterruptedGoesOn() {
		this.phone.client().close();
		this.phone.execute("DROP TABLE note;\n" + NOTE);
		this.phone.open();
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		this.phone.reopen().client().sync();
		assertThat(rows(this.phone)).hasSize(2);
		assertNothingWasSent();
	}

	private void restart(boolean open, String ddl) {
		if (open) {
			this.phone.execute(ddl);
		}
		else {
			this.phone.client().close();
			this.phone.execute(ddl).open();
		}
	}

	private void assertNothingWasSent() {
		assertThat(this.server.received()).isEmpty();
		assertThat(this.conflicts).isEmpty();
	}

	private static List<String> rows(TestDevice device) {
		return device.query("SELECT id, title, colour FROM note ORDER BY id");
	}

	private JsonNode payload(String note) {
		return this.server.account("ann").live().get("app.note:" + note);
	}

	private String title(String note) {
		return payload(note).get("title").asString();
	}

}
