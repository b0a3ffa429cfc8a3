/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The process dies at each statement of a sync in turn.
 */
@Tag("prove")
class CrashTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final int KEYS = 6;

	@TempDir
	private Path folder;

	@Test
	void aCrashAtAnyStepLosesAndDoublesNothing() {
		int steps = 0;
		while (crashesAt(++steps)) {
			// on to the next
		}
		assertThat(steps).as("steps of a sync").isGreaterThan(50);
	}

	@Test
	void aCrashAtAnyStepOfARefusedDeleteBringsTheRowBackOnce() {
		int steps = 0;
		while (crashesInARefusalAt(++steps)) {
			// on to the next
		}
		assertThat(steps).as("steps of a sync").isGreaterThan(50);
	}

	@Test
	void aCrashAtAnyStepOfARepairLosesNothingAndTheNextOneHeals() {
		int steps = 0;
		while (crashesInARepairAt(++steps)) {
			// on to the next
		}
		assertThat(steps).as("steps of a repair").isGreaterThan(50);
	}

	/**
	 * Rows that are missing, deleted on the server, older or known here alone, and unsent
	 * edits.
	 */
	private boolean crashesInARepairAt(int step) {
		ModelServer server = new ModelServer();
		Path home = this.folder.resolve("repair-" + step);
		assertThat(home.toFile().mkdir()).isTrue();
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + home.resolve("ann-phone.db"));
		try (TestDevice phone = new TestDevice(home, server, "ann/phone", DDL, "note")) {
			phone.with((builder) -> builder.dataSource(database.dataSource()).downloadPage(2)).open();
			ModelServer.Account account = server.account("ann");
			for (int i = 0; i < KEYS; i++) {
				account.change("web", "app.note", "INSERT", key(i), note(i, "first"));
			}
			account.change("web", "app.note", "UPDATE", key(2), note(2, "second"));
			account.change("web", "app.note", "DELETE", key(3), "");
			phone.client().sync();
			phone.execute("INSERT INTO oversync_applying VALUES (1)");
			phone.execute("DELETE FROM note WHERE id = '" + key(1) + "'");
			phone.execute("UPDATE note SET title = 'first' WHERE id = '" + key(2) + "'");
			phone.execute("UPDATE _sync_row SET version = 1 WHERE key = '" + key(2) + "'");
			phone.execute("INSERT INTO note VALUES ('" + key(3) + "', 'resurrected')");
			phone.execute("INSERT INTO note VALUES ('" + key(7) + "', 'alone')");
			phone.execute("DELETE FROM oversync_applying");
			phone.execute("UPDATE note SET title = 'edited' WHERE id = '" + key(4) + "'");
			phone.execute("DELETE FROM note WHERE id = '" + key(5) + "'");

			database.crashBefore(step);
			boolean crashed = false;
			try {
				phone.client().repair();
			}
			catch (SyncException ex) {
				crashed = database.recover();
				assertThat(crashed).as("%s", ex).isTrue();
				phone.reopen();
				phone.client().repair();
			}
			database.recover();
			assertThat(phone.client().verify().differences()).as("step %s", step).isEmpty();
			assertThat(phone.client().status().pending()).as("step %s", step).isEqualTo(3);
			assertThat(phone.query("SELECT title FROM note ORDER BY id")).as("step %s", step)
				.containsExactly("first", "first", "second", "edited", "alone");
			phone.client().sync();
			assertThat(account.live().values()).extracting((payload) -> payload.get("title").asString())
				.as("step %s", step)
				.isEqualTo(List.of("first", "first", "second", "edited", "alone"));
			return crashed;
		}
	}

	private static String note(int number, String title) {
		return "{\"id\":\"%s\",\"title\":\"%s\"}".formatted(key(number), title);
	}

	/**
	 * A parent that another device has given a child, a child that it has edited, and a
	 * page that ends before the parent comes back.
	 */
	private boolean crashesInARefusalAt(int step) {
		ModelServer server = new ModelServer();
		server.reference("app.comment", "note_id", "app.note");
		Path home = this.folder.resolve("refusal-" + step);
		assertThat(home.toFile().mkdir()).isTrue();
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + home.resolve("ann-phone.db"));
		try (TestDevice phone = new TestDevice(home, server, "ann/phone",
				DDL + "\nCREATE TABLE comment (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), body TEXT);",
				"note", "comment")) {
			phone.with((builder) -> builder.dataSource(database.dataSource()).downloadPage(2)).open();
			for (int i = 0; i < 2; i++) {
				phone.execute("INSERT INTO note VALUES ('" + key(i) + "', 'first')");
				phone.execute("INSERT INTO comment VALUES ('" + key(2 + i) + "', '" + key(i) + "', 'first')");
			}
			phone.client().sync();
			ModelServer.Account account = server.account("ann");
			account.change("web", "app.comment", "UPDATE", key(2), comment(2, 0, "web"));
			for (int i = 4; i < 9; i++) {
				account.change("web", "app.comment", "INSERT", key(i), comment(i, 1, "web"));
			}
			int before = account.stream().size();
			phone.execute("DELETE FROM comment");
			phone.execute("DELETE FROM note");

			database.crashBefore(step);
			boolean crashed = false;
			try {
				phone.client().sync();
			}
			catch (SyncException ex) {
				crashed = database.recover();
				assertThat(crashed).as("%s", ex).isTrue();
				phone.reopen();
				phone.client().sync();
			}
			database.recover();
			phone.client().sync();
			assertThat(phone.query("SELECT title FROM note ORDER BY id")).as("step %s", step)
				.containsExactly("first", "first");
			assertThat(phone.query("SELECT id FROM comment ORDER BY id")).containsExactly(key(2), key(4), key(5),
					key(6), key(7), key(8));
			assertThat(phone.query("SELECT DISTINCT body FROM comment")).containsExactly("web");
			SyncStatus status = phone.client().status();
			assertThat(status.pending() + status.quarantined() + status.held()).as("step %s: %s", step, status)
				.isZero();
			assertThat(account.restored()).as("step %s", step)
				.containsExactlyInAnyOrder("app.note:" + key(0), "app.note:" + key(1));
			assertThat(account.stream().size() - before).as("changes after step %s", step).isEqualTo(3);
			assertThat(account.live()).hasSize(8);
			return crashed;
		}
	}

	private static String comment(int number, int note, String body) {
		return "{\"id\":\"%s\",\"note_id\":\"%s\",\"body\":\"%s\"}".formatted(key(number), key(note), body);
	}

	private boolean crashesAt(int step) {
		ModelServer server = new ModelServer();
		Path home = this.folder.resolve("step-" + step);
		assertThat(home.toFile().mkdir()).isTrue();
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + home.resolve("ann-phone.db"));
		try (TestDevice phone = new TestDevice(home, server, "ann/phone", DDL, "note")) {
			phone.with((builder) -> builder.dataSource(database.dataSource()).uploadBatch(2, 1_000_000)).open();
			for (int i = 0; i < KEYS; i++) {
				phone.execute("INSERT INTO note VALUES ('" + key(i) + "', 'first')");
			}
			phone.client().sync();
			phone.execute("DELETE FROM note WHERE id = '" + key(0) + "'");
			phone.execute("UPDATE note SET title = 'second' WHERE id IN ('" + key(1) + "', '" + key(2) + "')");
			server.account("ann")
				.change("web", "app.note", "UPDATE", key(2), "{\"id\":\"" + key(2) + "\",\"title\":\"web\"}");
			server.account("ann")
				.change("web", "app.note", "UPDATE", key(3), "{\"id\":\"" + key(3) + "\",\"title\":\"web\"}");
			int before = server.account("ann").stream().size();

			database.crashBefore(step);
			boolean crashed = false;
			try {
				phone.client().sync();
			}
			catch (SyncException ex) {
				crashed = database.recover();
				assertThat(crashed).as("%s", ex).isTrue();
				phone.reopen();
				phone.client().sync();
			}
			database.recover();
			assertThat(phone.query("SELECT title FROM note ORDER BY id")).as("step %s", step)
				.containsExactly("second", "web", "web", "first", "first");
			assertThat(phone.client().status().pending()).isZero();
			assertThat(server.account("ann").stream().size() - before).as("changes after step %s", step).isEqualTo(2);
			assertThat(server.account("ann").live().values()).extracting((payload) -> payload.get("title").asString())
				.isEqualTo(List.of("second", "web", "web", "first", "first"));
			return crashed;
		}
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-00000000000" + number;
	}

}
