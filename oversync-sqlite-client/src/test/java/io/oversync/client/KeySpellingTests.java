/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A row is its UUID, in whatever spelling an application has it.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeySpellingTests {

	private static final String A = "00000000-0000-0000-0000-0000000000aa";

	private static final String B = "00000000-0000-0000-0000-0000000000bb";

	private static final String UPPER = A.toUpperCase();

	private static final String BARE = A.replace("-", "");

	private static final String NOTE = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, body TEXT);\n";

	private static final String UPPER_NOTE = "DELETE FROM note;\nINSERT INTO note VALUES ('" + UPPER
			+ "', 'upper', 'b')";

	private final ModelServer server = new ModelServer();

	private final List<TestDevice> devices = new ArrayList<>();

	private final List<ResolvedConflict> conflicts = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void close() {
		this.devices.forEach(TestDevice::close);
	}

	static Stream<Arguments> respellings() {
		return Stream
			.of(UPPER_NOTE, "UPDATE note SET id = upper(id);\nUPDATE note SET title = 'upper'",
					"UPDATE note SET title = 'upper';\nUPDATE note SET id = upper(id)",
					"INSERT INTO note VALUES ('" + B + "', 'upper', 'b');\nDELETE FROM note WHERE id = '" + A
							+ "';\nUPDATE note SET id = '" + UPPER + "'",
					"UPDATE note SET id = upper(id);\nUPDATE note SET id = lower(id), title = 'upper'",
					"UPDATE note SET id = replace(id, '-', ''), title = 'upper'")
			.flatMap((respelling) -> Stream.of("BINARY", "NOCASE", "RTRIM")
				.map((collation) -> Arguments.of(collation, respelling)));
	}

	@ParameterizedTest
	@MethodSource("respellings")
	void aKeyMayBeSpelledInAnotherWay(String collation, String respelling) {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE " + collation);
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		this.server.received();
		phone.execute(respelling);
		sync(phone, tablet);
		assertThat(this.server.received()).containsExactly("UPDATE note:aa");
		phone.execute("UPDATE note SET body = 'more'");
		sync(phone, tablet);
		assertThat(this.server.received()).containsExactly("UPDATE note:aa");
		assertAgreed("upper|more", phone, tablet);
		phone.execute("DELETE FROM note");
		sync(phone, tablet);
		assertThat(this.server.received()).containsExactly("DELETE note:aa");
		assertThat(tablet.query("SELECT id FROM note")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT OR REPLACE INTO note VALUES ('%s', 'upper', 'b')",
			"INSERT INTO note VALUES ('%s', 'upper', 'b') ON CONFLICT (id) DO UPDATE SET title = excluded.title",
			"UPDATE OR REPLACE note SET id = '%s', title = 'upper' WHERE title = 'other'" })
	void aRowIsReplacedByAnotherSpellingOfItsKey(String replacement) {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE NOCASE");
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'other', 'b');\n" + replacement.formatted(UPPER)
				+ ";\nDELETE FROM note WHERE title = 'other'");
		sync(phone, tablet);
		assertAgreed("upper|b", phone, tablet);
	}

	@Test
	void aKeyThatIsNoUuidAnyMoreHoldsNothingBack() {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE RTRIM");
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		phone.client().sync();
		this.server.received();
		phone.execute("UPDATE note SET id = id || ' '");
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'other', 'b')");
		phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:bb", "DELETE note:aa");
		assertThat(phone.client().quarantined()).hasSize(1);
		phone.execute("UPDATE note SET id = trim(id)");
		phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:aa");
		assertThat(phone.client().quarantined()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "BINARY", "NOCASE", "RTRIM" })
	void aRowIsDeletedOnceInWhicheverSpellings(String collation) {
		TestDevice phone = device("phone", NOTE.replace("id TEXT", "id TEXT COLLATE " + collation),
				ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		phone.client().sync();
		this.server.received();
		phone.execute(UPPER_NOTE);
		phone.execute("UPDATE note SET id = '" + BARE + "';\nDELETE FROM note");
		phone.client().sync();
		assertThat(this.server.received()).containsExactly("DELETE note:aa");
		assertThat(phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "BINARY", "NOCASE", "RTRIM" })
	void aDeleteIsOnItsWayWhileTheRowIsInsertedInAnotherSpelling(String collation) {
		TestDevice phone = device("phone", NOTE.replace("id TEXT", "id TEXT COLLATE " + collation),
				ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		phone.client().sync();
		phone.execute("DELETE FROM note");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().uploadOnce());
		phone.execute(UPPER_NOTE);
		phone.client().sync();
		phone.execute("UPDATE note SET body = 'more'");
		phone.client().sync();
		assertAgreed("upper|more", phone);
	}

	@ParameterizedTest
	@ValueSource(strings = { "BINARY", "NOCASE", "RTRIM" })
	void aRowThatIsHeldUntilAnAnswerComesMeetsAnotherSpelling(String collation) {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE " + collation);
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		phone.execute("UPDATE note SET title = 'sent'");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> phone.client().uploadOnce());
		tablet.client().sync();
		tablet.execute("UPDATE note SET body = 'tablet'");
		tablet.client().sync();
		phone.execute("DELETE FROM note;\nINSERT INTO note VALUES ('" + BARE + "', 'bare', 'b')");
		phone.client().downloadOnce(10);
		sync(phone, tablet);
		assertThat(this.conflicts).hasSize(1);
		assertAgreed("sent|tablet", phone, tablet);
	}

	@Test
	void aTriggerMayWriteKeysInOneSpelling() {
		TestDevice phone = device("phone", NOTE.replace("id TEXT", "id TEXT COLLATE NOCASE"),
				ConflictResolver.serverWins());
		phone.execute("CREATE TRIGGER upper_key AFTER INSERT ON note"
				+ " BEGIN UPDATE note SET id = upper(id) WHERE id = NEW.id; END");
		TestDevice tablet = device("tablet", NOTE, ConflictResolver.serverWins());
		tablet.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b'), ('" + B + "', 'a', 'b')");
		sync(tablet, phone);
		this.server.received();
		phone.execute("UPDATE note SET title = 'phone' WHERE id = '" + A + "'");
		phone.execute("DELETE FROM note WHERE id = '" + B + "'");
		sync(phone, tablet);
		assertThat(this.server.received()).containsExactly("UPDATE note:aa", "DELETE note:bb");
		tablet.execute("UPDATE note SET body = 'tablet'");
		sync(tablet, phone);
		assertThat(phone.query("SELECT * FROM note")).containsExactly(UPPER + "|phone|tablet");
		assertThat(phone.client().status().pending()).isZero();
	}

	@Test
	void thePrimaryKeyMayHaveACollationOfItsOwn() {
		String ddl = "CREATE TABLE note (id TEXT, title TEXT, body TEXT, PRIMARY KEY (id COLLATE NOCASE));\n";
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		phone.execute("INSERT OR REPLACE INTO note VALUES ('" + UPPER + "', 'upper', 'b')");
		sync(phone, tablet);
		assertAgreed("upper|b", phone, tablet);
	}

	@Test
	void rowsOfATableThatRefersToItselfMayHaveAnySpelling() {
		String ddl = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, body TEXT REFERENCES note);\n";
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		String child = B.toUpperCase();
		phone.execute("INSERT INTO note VALUES ('" + UPPER + "', 'parent', NULL), ('" + child + "', 'child', '" + UPPER
				+ "')");
		phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:aa", "INSERT note:bb");
		phone.execute("UPDATE note SET body = NULL;\nUPDATE note SET id = lower(id)");
		phone.execute("UPDATE note SET body = '" + A + "' WHERE title = 'child'");
		phone.client().sync();
		assertThat(this.server.received()).containsExactlyInAnyOrder("UPDATE note:aa", "UPDATE note:bb");
		phone.execute("DELETE FROM note WHERE title = 'child';\nDELETE FROM note");
		phone.client().sync();
		assertThat(this.server.received()).containsExactlyInAnyOrder("DELETE note:aa", "DELETE note:bb");
		assertThat(phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "BINARY, upload", "BINARY, download", "BINARY, in flight", "NOCASE, upload", "NOCASE, download",
			"NOCASE, in flight" })
	void anEditInAnotherSpellingMeetsAnEditAsOneRow(String collation, String way) {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE " + collation);
		TestDevice phone = device("phone", ddl, ConflictResolver.threeWayMerge());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		tablet.execute("UPDATE note SET body = 'tablet'");
		tablet.client().sync();
		switch (way) {
			case "download" -> {
				phone.execute(UPPER_NOTE);
				phone.client().downloadOnce(10);
			}
			case "in flight" -> {
				phone.execute("UPDATE note SET title = 'sent'");
				this.server.whileInFlight(() -> phone.execute(UPPER_NOTE));
				phone.client().uploadOnce();
			}
			default -> phone.execute(UPPER_NOTE);
		}
		sync(phone, tablet);
		assertAgreed("upper|tablet", phone, tablet);
		assertThat(this.conflicts).singleElement()
			.satisfies((conflict) -> assertThat(conflict.conflict().base().get("title")).isEqualTo("a"));
	}

	@ParameterizedTest
	@CsvSource({ "BINARY, true", "BINARY, false", "NOCASE, true", "NOCASE, false" })
	void aRowWithAnotherSpellingIsDeletedByAnotherDevice(String collation, boolean download) {
		String ddl = NOTE.replace("id TEXT", "id TEXT COLLATE " + collation);
		TestDevice phone = device("phone", ddl, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", ddl, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		tablet.execute("DELETE FROM note");
		tablet.client().sync();
		phone.execute(UPPER_NOTE);
		if (download) {
			phone.client().downloadOnce(10);
		}
		sync(phone, tablet);
		assertThat(this.conflicts).hasSize(1);
		assertThat(phone.query("SELECT id FROM note")).isEmpty();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "upload, server", "upload, client", "upload, merge", "download, server", "download, client",
			"download, merge" })
	void aRowThatIsDeletedHereComesBackInAnotherSpelling(String way, String winner) {
		TestDevice phone = device("phone", NOTE, resolver(winner));
		TestDevice tablet = device("tablet", NOTE, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		tablet.execute(UPPER_NOTE);
		tablet.client().sync();
		phone.execute("DELETE FROM note");
		if (way.equals("download")) {
			phone.client().downloadOnce(10);
		}
		sync(phone, tablet);
		assertThat(this.conflicts).hasSize(1);
		assertAgreed(winner.equals("client") ? null : "upper|b", phone, tablet);
	}

	static Stream<Arguments> migrations() {
		return Stream
			.of("CREATE TABLE n (id TEXT PRIMARY KEY, title TEXT, body TEXT);\n"
					+ "INSERT INTO n SELECT * FROM note;\nDROP TABLE note;\nALTER TABLE n RENAME TO note",
					"ALTER TABLE note RENAME COLUMN body TO text", "DROP TABLE note;\n" + NOTE)
			.flatMap((migration) -> Stream.of("server", "client", "merge")
				.map((winner) -> Arguments.of(winner, migration)));
	}

	@ParameterizedTest
	@MethodSource("migrations")
	void aRowThatIsDeletedBeforeAMigrationComesBackInAnotherSpelling(String winner, String migration) {
		TestDevice phone = device("phone", NOTE, resolver(winner));
		TestDevice tablet = device("tablet", NOTE, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		tablet.execute(UPPER_NOTE);
		tablet.client().sync();
		phone.execute("DELETE FROM note");
		phone.execute(migration);
		sync(phone, tablet);
		assertThat(this.conflicts).hasSize(1);
		assertThat(phone.query("SELECT title FROM note"))
			.isEqualTo(winner.equals("client") ? List.of() : List.of("upper"))
			.isEqualTo(tablet.query("SELECT title FROM note"));
		assertThat(this.server.account("ann").live()).hasSize(winner.equals("client") ? 0 : 1);
		assertKnownOnce(phone);
	}

	@Test
	void aRowThatWasDeletedComesBackWithoutDashes() {
		TestDevice phone = device("phone", NOTE, ConflictResolver.serverWins());
		TestDevice tablet = device("tablet", NOTE, ConflictResolver.serverWins());
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		sync(phone, tablet);
		phone.execute("DELETE FROM note");
		sync(phone, tablet);
		tablet.execute("INSERT INTO note VALUES ('" + BARE + "', 'bare', 'b')");
		sync(tablet, phone);
		assertAgreed("bare|b", phone, tablet);
		assertThat(phone.query("SELECT id FROM note")).containsExactly(BARE);
		phone.execute("UPDATE note SET title = 'phone'");
		sync(phone, tablet);
		assertAgreed("phone|b", phone, tablet);
	}

	private static ConflictResolver resolver(String winner) {
		return switch (winner) {
			case "client" -> ConflictResolver.clientWins();
			case "merge" -> ConflictResolver.threeWayMerge();
			default -> ConflictResolver.serverWins();
		};
	}

	private TestDevice device(String name, String ddl, ConflictResolver resolver) {
		TestDevice device = new TestDevice(this.folder, this.server, "ann/" + name, ddl, "note")
			.with((builder) -> builder.resolver(resolver))
			.open();
		device.client().addListener(new SyncListener() {

			@Override
			public void onConflict(ResolvedConflict conflict) {
				KeySpellingTests.this.conflicts.add(conflict);
			}

		});
		this.devices.add(device);
		return device;
	}

	private static void sync(TestDevice first, TestDevice second) {
		for (int i = 0; i < 2; i++) {
			first.client().sync();
			second.client().sync();
		}
	}

	private void assertAgreed(String row, TestDevice... devices) {
		List<String> rows = (row != null) ? List.of(row) : List.of();
		assertThat(this.server.account("ann").live().values())
			.extracting((live) -> live.get("title").asString() + "|" + live.get("body").asString())
			.isEqualTo(rows);
		for (TestDevice device : devices) {
			assertThat(device.query("SELECT title, body FROM note")).isEqualTo(rows);
			assertKnownOnce(device);
		}
	}

	private static void assertKnownOnce(TestDevice device) {
		assertThat(device.client().status().pending()).isZero();
		assertThat(device.client().quarantined()).isEmpty();
		assertThat(device.client().held()).isEmpty();
		assertThat(device.query("SELECT count(*) FROM _sync_row GROUP BY lower(replace(key, '-', ''))"))
			.containsOnly("1");
		assertThat(device.query("SELECT key FROM _sync_row WHERE deleted = 0"))
			.isEqualTo(device.query("SELECT id FROM note"));
	}

}
