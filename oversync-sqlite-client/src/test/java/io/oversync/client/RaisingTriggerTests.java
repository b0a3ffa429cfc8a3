/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Triggers of the application that refuse changes: a row of the server that one refuses
 * is held, however it says so, and others get through.
 */
class RaisingTriggerTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String C = "00000000-0000-0000-0000-00000000000c";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void open(String trigger) {
		open(trigger, ConflictResolver.serverWins());
	}

	private void open(String trigger, ConflictResolver resolver) {
		String ddl = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, slug TEXT UNIQUE);\n"
				+ "CREATE TABLE seen (id TEXT);\n" + trigger + ";\n";
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", ddl, "note")
			.with((builder) -> builder.resolver(resolver))
			.open();
	}

	private static String raise(String how) {
		return how.equals("IGNORE") ? "RAISE(IGNORE)" : "RAISE(" + how + ", 'no such title')";
	}

	private static String refuse(String event, String how, String when) {
		return "CREATE TRIGGER mine_" + event.toLowerCase(Locale.ROOT) + " BEFORE " + event + " ON note WHEN " + when
				+ " BEGIN INSERT INTO seen VALUES (1); SELECT " + raise(how) + "; END;\n";
	}

	private void comes(String op, String id, String title) {
		this.server.account("ann")
			.change("web", "app.note", op, id, "{\"id\":\"" + id + "\",\"title\":\"" + title + "\"}");
	}

	private List<String> rows() {
		return this.phone.query("SELECT id, title FROM note ORDER BY id");
	}

	private void isHeld(String id, String how) {
		assertThat(this.phone.client().held()).singleElement().satisfies((row) -> {
			assertThat(row.pk()).isEqualTo(id);
			assertThat(row.reason()).contains(how.equals("IGNORE") ? "RAISE(IGNORE)" : "no such title");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ABORT", "FAIL", "ROLLBACK", "IGNORE" })
	void anInsertThatATriggerRefusesIsHeld(String how) {
		open(refuse("INSERT", how, "NEW.title = 'bad'"));
		comes("INSERT", A, "a");
		comes("INSERT", B, "bad");
		comes("INSERT", C, "c");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|a", C + "|c");
		isHeld(B, how);
		comes("UPDATE", A, "a2");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|a2", C + "|c");
		this.phone.client().hydrate();
		isHeld(B, how);
		this.phone.execute("DROP TRIGGER mine_insert");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|a2", B + "|bad", C + "|c");
		assertThat(this.phone.client().held()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "ABORT, false", "FAIL, false", "ROLLBACK, false", "IGNORE, false", "ABORT, true", "ROLLBACK, true",
			"IGNORE, true" })
	void anUpdateThatATriggerRefusesIsHeldAndAnEditMeetsItAsAConflict(String how, boolean partial) {
		open(refuse("UPDATE", how, "NEW.title = 'bad'"));
		comes("INSERT", A, "a");
		comes("INSERT", B, "b");
		this.phone.client().sync();
		comes("UPDATE", A, "bad");
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", B,
					"{\"id\":\"" + B + "\",\"title\":\"b2\"" + (partial ? "" : ",\"slug\":\"s\"") + "}");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|a", B + "|b2");
		isHeld(A, how);
		this.phone.execute("UPDATE note SET title = 'mine' WHERE id = '" + A + "'");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().conflicts()).as("the newer row is not overwritten unseen").isNotEmpty();
		assertThat(this.server.account("ann").live().get("app.note:" + A).get("title").asString()).isEqualTo("bad");
		assertThat(rows()).contains(A + "|mine");
		this.phone.execute("DROP TRIGGER mine_update");
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|bad", B + "|b2");
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ABORT", "FAIL", "ROLLBACK", "IGNORE" })
	void aDeleteThatATriggerRefusesIsHeld(String how) {
		open(refuse("DELETE", how, "OLD.title = 'bad'"));
		comes("INSERT", A, "a");
		comes("INSERT", B, "bad");
		this.phone.client().sync();
		this.server.account("ann").change("web", "app.note", "DELETE", B, "");
		this.server.account("ann").change("web", "app.note", "DELETE", A, "");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(B + "|bad");
		isHeld(B, how);
		this.phone.execute("DROP TRIGGER mine_delete");
		this.phone.client().sync();
		assertThat(rows()).isEmpty();
		assertThat(this.phone.client().status().held()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ABORT", "ROLLBACK", "IGNORE" })
	void whatAnUploadHasSettledStaysWhereATriggerRefusesAResolution(String how) {
		open(refuse("UPDATE", how, "NEW.title = 'bad'"));
		comes("INSERT", A, "a");
		this.phone.client().sync();
		comes("UPDATE", A, "bad");
		this.phone.execute("UPDATE note SET title = 'mine'");
		this.phone.execute("INSERT INTO note (id, title) VALUES ('" + B + "', 'b')");
		UploadResult result = this.phone.client().uploadOnce();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(result.conflicts()).singleElement()
			.satisfies((conflict) -> assertThat(conflict.problem()).contains("forbids"));
		assertThat(rows()).containsExactly(A + "|mine", B + "|b");
		this.phone.execute("DROP TRIGGER mine_update");
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|bad", B + "|b");
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	@Test
	void aTriggerMayIgnoreWhatChangesNothing() {
		open(refuse("UPDATE", "IGNORE", "NEW.title IS OLD.title"));
		comes("INSERT", A, "a");
		this.phone.client().sync();
		comes("UPDATE", A, "a");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(rows()).containsExactly(A + "|a");
	}

	@Test
	void aPageOfRowsThatAreRolledBackIsHeldRowByRow() {
		open(refuse("INSERT", "ROLLBACK", "NEW.title = 'bad'"));
		IntStream.range(0, 300)
			.forEach(
					(i) -> comes("INSERT", "00000000-0000-0000-0000-%012d".formatted(i), (i % 3 > 0) ? "bad" : "good"));
		this.phone.client().sync();
		assertThat(rows()).hasSize(100);
		assertThat(this.phone.client().status().held()).isEqualTo(200);
		this.phone.execute("DROP TRIGGER mine_insert");
		this.phone.client().sync();
		assertThat(rows()).hasSize(300);
	}

	@Test
	void eachRowThatIsRolledBackHasItsTurn() {
		open(refuse("INSERT", "ROLLBACK", "NEW.title = 'bad'"));
		IntStream.range(0, 50).forEach((i) -> comes("INSERT", "00000000-0000-0000-0000-%012d".formatted(i), "bad"));
		this.phone.client().sync();
		String last = "00000000-0000-0000-0000-%012d".formatted(49);
		this.phone.execute("DROP TRIGGER mine_insert");
		this.phone.execute(refuse("INSERT", "ROLLBACK", "NEW.id <> '" + last + "'"));
		Awaitility.await().untilAsserted(() -> {
			this.phone.client().sync();
			assertThat(rows()).containsExactly(last + "|bad");
		});
		assertThat(this.phone.client().status().held()).isEqualTo(49);
	}

}
