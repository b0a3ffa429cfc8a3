/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Everything comes from the server.
 */
class HydrateTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final int ROWS = 350;

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void change(String device, int number, String title) {
		String key = key(number);
		this.server.account("ann")
			.change(device, "app.note", "UPDATE", key, "{\"id\":\"" + key + "\",\"title\":\"" + title + "\"}");
	}

	@Test
	void bringsOwnRowsAsWellAndTellsHowFarItIs() {
		for (int i = 0; i < ROWS; i++) {
			change((i % 2 == 0) ? "phone" : "web", i, "first");
		}
		change("phone", 0, "second");
		this.server.account("ann").change("web", "app.note", "DELETE", key(1), "");
		List<HydrateProgress> progress = new ArrayList<>();
		HydrateResult result = this.phone.client().hydrate(progress::add);
		assertThat(result.downloaded()).isEqualTo(ROWS + 2);
		assertThat(result.rows()).isEqualTo(ROWS);
		assertThat(result.applied()).as("also the second change of two rows").isEqualTo(ROWS + 2);
		assertThat(progress).hasSizeGreaterThan(1);
		assertThat(progress.get(0).fraction()).isBetween(0.1, 0.9);
		assertThat(progress.get(progress.size() - 1).fraction()).isEqualTo(1);
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly(String.valueOf(ROWS - 1));
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + key(0) + "'")).containsExactly("second");
		assertThat(this.phone.client().status().hydrated()).isTrue();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.client().sync().download().downloaded()).isZero();
	}

	@Test
	void aNewDatabaseIsFilledAndGoesOnWhereItWas() {
		for (int i = 0; i < ROWS; i++) {
			change((i % 2 == 0) ? "phone" : "web", i, "first");
		}
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().hydrate());
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly("100");
		assertThat(this.phone.client().status().hydrated()).isFalse();
		this.phone.reopen();
		this.server.requests().clear();
		HydrateResult result = this.phone.client().hydrate();
		assertThat(this.server.requests()).as("after a look at the server's history")
			.element(1)
			.satisfies((request) -> assertThat(request).contains("after=100&", "include_self=true"));
		assertThat(result.rows()).isEqualTo(ROWS);
		assertThat(this.phone.query("SELECT count(*) FROM note")).containsExactly(String.valueOf(ROWS));
		assertThat(this.phone.query("SELECT count(*) FROM _sync_staged")).containsExactly("0");
		assertThat(this.phone.client().status().hydrated()).isTrue();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void goesOnWhereItWasAndInTheSameWindow() {
		for (int i = 0; i < ROWS; i++) {
			change("web", i, "first");
		}
		this.phone.client().sync();
		this.phone.with((builder) -> builder.downloadPage(100)).reopen();
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().hydrate());
		change("web", 0, "after the window");
		this.phone.reopen();
		this.server.requests().clear();
		HydrateResult result = this.phone.client().hydrate();
		assertThat(this.server.requests()).as("after a look at the server's history")
			.element(1)
			.satisfies((request) -> assertThat(request).contains("after=100", "until=" + ROWS));
		assertThat(result.rows()).isEqualTo(ROWS);
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + key(0) + "'")).containsExactly("first");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + key(0) + "'"))
			.containsExactly("after the window");
	}

	@Test
	void beginsAnewAfterAnUploadSoThatALaterEditStays() {
		for (int i = 0; i < ROWS; i++) {
			change("web", i, "first");
		}
		this.phone.client().sync();
		this.server.whileInFlight(this.server::loseRequest);
		this.phone.with((builder) -> builder.downloadPage(100)).reopen();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().hydrate());
		this.phone.execute("UPDATE note SET title = 'second' WHERE id = '" + key(0) + "'");
		this.phone.client().uploadOnce();
		this.phone.execute("UPDATE note SET title = 'third' WHERE id = '" + key(0) + "'");
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.downloaded()).isEqualTo(ROWS + 1);
		assertThat(result.conflicts()).isEmpty();
		assertThat(result.reuploads()).isZero();
		assertThat(this.phone.client().sync().upload().conflicts()).isEmpty();
		assertThat(this.server.account("ann").live().get("app.note:" + key(0)).get("title").asString())
			.isEqualTo("third");
	}

	@Test
	void localChangesStay() {
		this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'mine'), ('" + key(2) + "', 'mine, too')");
		change("web", 2, "theirs");
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.conflicts()).singleElement()
			.satisfies((conflict) -> assertThat(conflict.conflict().server().get("title")).isEqualTo("theirs"));
		assertThat(result.held()).isZero();
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("mine", "mine, too");
		assertThat(this.phone.client().status().pending()).isEqualTo(2);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live().values()).extracting((row) -> row.get("title").asString())
			.containsExactly("mine", "mine, too");
	}

	@Test
	void mendsWhatWasChangedBehindItsBack() {
		change("web", 1, "right");
		change("web", 2, "right");
		this.phone.client().sync();
		this.phone.execute("INSERT INTO oversync_applying VALUES (1)");
		this.phone.execute("UPDATE note SET title = 'wrong' WHERE id = '" + key(1) + "'");
		this.phone.execute("DELETE FROM note WHERE id = '" + key(2) + "'");
		this.phone.execute("DELETE FROM oversync_applying");
		assertThat(this.phone.client().hydrate().applied()).isEqualTo(2);
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("right", "right");
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void bringsAServerThatWasPutBackWhatItLost() {
		change("web", 1, "old");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'new'");
		this.phone.execute("INSERT INTO note VALUES ('" + key(2) + "', 'new, too')");
		this.phone.client().sync();
		this.server.account("ann").truncate(1);
		assertThat(this.phone.client().hydrate().reuploads()).isEqualTo(2);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live().values()).extracting((row) -> row.get("title").asString())
			.containsExactly("new", "new, too");
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("new", "new, too");
	}

	@Test
	void aReinstalledDeviceGetsItsOwnRowsWithAnOrdinarySync() {
		this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'mine')");
		this.phone.client().sync();
		Path elsewhere = this.folder.resolve("reinstalled");
		assertThat(elsewhere.toFile().mkdir()).isTrue();
		try (TestDevice again = new TestDevice(elsewhere, this.server, "ann/phone", DDL, "note").open()) {
			again.client().sync();
			assertThat(again.query("SELECT title FROM note")).containsExactly("mine");
			again.execute("UPDATE note SET title = 'again'");
			assertThat(again.client().sync().upload().applied()).isEqualTo(1);
			assertThat(this.server.account("ann").live().get("app.note:" + key(1)).get("title").asString())
				.isEqualTo("again");
		}
	}

	private static final String TAGGED = "CREATE TABLE note (id TEXT PRIMARY KEY NOT NULL, title TEXT,"
			+ " tags TEXT DEFAULT 'none', rank INTEGER NOT NULL DEFAULT 7, body TEXT)";

	/** A row with values in all columns, which a device without them has revived. */
	private void reviveWithoutColumns() {
		this.phone.close();
		this.phone = new TestDevice(this.folder, this.server, "ann/tagged", TAGGED, "note").open();
		this.server.account("ann")
			.change("web", "app.note", "INSERT", key(1),
					"{\"id\":\"" + key(1) + "\",\"title\":\"one\",\"tags\":\"a\",\"rank\":1,\"body\":\"b\"}");
		this.phone.client().sync();
		this.server.account("ann").change("web", "app.note", "DELETE", key(1), "");
		change("web", 1, "revived");
	}

	@Test
	void aRowThatWasRevivedWithoutColumnsHasTheirDefaultsAgain() {
		reviveWithoutColumns();
		this.phone.client().hydrate();
		assertThat(
				this.phone.query("SELECT title || '|' || tags || '|' || rank || '|' || ifnull(body, 'null') FROM note"))
			.containsExactly("revived|none|7|null");
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aConflictWithARowThatWasRevivedWithoutColumnsShowsTheirDefaults() {
		reviveWithoutColumns();
		this.phone.execute("UPDATE note SET title = 'mine'");
		List<Conflict> conflicts = new ArrayList<>();
		this.phone.with((builder) -> builder.resolver((conflict) -> {
			conflicts.add(conflict);
			return Resolution.TAKE_SERVER;
		})).reopen();
		this.phone.client().hydrate();
		assertThat(conflicts).singleElement()
			.satisfies((conflict) -> assertThat(conflict.server().asMap()).containsEntry("tags", "none")
				.containsEntry("body", null));
		assertThat(
				this.phone.query("SELECT title || '|' || tags || '|' || rank || '|' || ifnull(body, 'null') FROM note"))
			.containsExactly("revived|none|7|null");
	}

	@Test
	void aRowThatWasRevivedWithoutColumnsHasTheirDefaultsAfterAConflictOfAnUpload() {
		reviveWithoutColumns();
		this.phone.execute("UPDATE note SET title = 'mine'");
		this.phone.with((builder) -> builder.resolver((conflict) -> Resolution.TAKE_SERVER)).reopen();
		this.phone.client().sync();
		assertThat(
				this.phone.query("SELECT title || '|' || tags || '|' || rank || '|' || ifnull(body, 'null') FROM note"))
			.containsExactly("revived|none|7|null");
		assertThat(this.phone.client().status().pending()).isZero();
	}

}
