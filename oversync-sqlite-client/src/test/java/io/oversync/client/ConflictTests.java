/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A phone and a tablet change the same row.
 */
class ConflictTests {

	private static final String ID = "00000000-0000-0000-0000-00000000000a";

	private static final String OTHER_ID = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, body TEXT, changed TEXT);";

	private final ModelServer server = new ModelServer();

	private final List<ResolvedConflict> conflicts = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	private void start(ConflictResolver resolver) {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.resolver(resolver))
			.open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
		this.phone.execute("INSERT INTO note VALUES ('" + ID + "', 'title', 'body', '2026-01-01')");
		this.phone.client().sync();
		this.tablet.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	/**
	 * Both change the row; the phone meets the tablet's change in one way or the other.
	 */
	private void meet(String onPhone, String onTablet, String way) {
		this.phone.execute(onPhone);
		this.tablet.execute(onTablet);
		this.tablet.client().sync();
		if (way.equals("upload")) {
			this.conflicts.addAll(this.phone.client().uploadOnce().conflicts());
		}
		else {
			this.conflicts.addAll(this.phone.client().downloadOnce(10).conflicts());
		}
		this.phone.client().sync();
		this.tablet.client().sync();
	}

	private void assertAgreed(String... rows) {
		assertThat(this.phone.query("SELECT title, body FROM note")).containsExactly(rows);
		assertThat(this.tablet.query("SELECT title, body FROM note")).containsExactly(rows);
		assertThat(this.server.account("ann").live().values())
			.extracting((row) -> row.get("title").asString() + "|" + row.get("body").asString())
			.containsExactly(rows);
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.conflicts).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "download" })
	void theServerWinsByDefault(String way) {
		start(ConflictResolver.serverWins());
		meet("UPDATE note SET title = 'phone'", "UPDATE note SET body = 'tablet'", way);
		assertAgreed("title|tablet");
		Conflict conflict = this.conflicts.get(0).conflict();
		assertThat(conflict.base().get("title")).isEqualTo("title");
		assertThat(conflict.local().get("title")).isEqualTo("phone");
		assertThat(conflict.server().get("BODY")).isEqualTo("tablet");
		assertThat(conflict.serverVersion()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "download" })
	void theClientWins(String way) {
		start(ConflictResolver.clientWins());
		meet("UPDATE note SET title = 'phone'", "UPDATE note SET body = 'tablet'", way);
		assertAgreed("phone|body");
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "download" })
	void columnsAreMerged(String way) {
		start(ConflictResolver.threeWayMerge());
		meet("UPDATE note SET title = 'phone'", "UPDATE note SET body = 'tablet'", way);
		assertAgreed("phone|tablet");
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "download" })
	void aColumnThatBothChangedIsTheServersUnlessDecidedOtherwise(String way) {
		start(ConflictResolver
			.threeWayMerge((column, base, local, theirs) -> column + ":" + base + "+" + local + "+" + theirs));
		meet("UPDATE note SET title = 'phone', body = 'both'", "UPDATE note SET title = 'tablet', body = 'both'", way);
		assertAgreed("title:title+phone+tablet|both");
	}

	@Test
	void aMergeKnowsTheBaseAlsoWhenTheRowWasReplaced() {
		start(ConflictResolver.threeWayMerge());
		meet("INSERT OR REPLACE INTO note VALUES ('" + ID + "', 'phone', 'body', '2026-01-01')",
				"UPDATE note SET body = 'tablet'", "upload");
		assertAgreed("phone|tablet");
	}

	@ParameterizedTest
	@CsvSource({ "2026-02-01, 2026-02-02, tablet", "2026-02-03T10:00:00Z, 2026-02-03 09:59:59, phone",
			"2026-02-03T10:00:00+02:00, 2026-02-03T09:00:00Z, tablet", "10, 9, phone", "9.5, 10, tablet",
			"same, same, tablet" })
	void theLastWriterWins(String onPhone, String onTablet, String winner) {
		start(ConflictResolver.lastWriter("changed"));
		meet("UPDATE note SET title = 'phone', changed = '" + onPhone + "'",
				"UPDATE note SET title = 'tablet', changed = '" + onTablet + "'", "upload");
		assertAgreed(winner + "|body");
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void aDeleteLosesAgainstTheServersEdit(String way) {
		start(ConflictResolver.serverWins());
		meet("DELETE FROM note", "UPDATE note SET body = 'tablet'", way);
		assertAgreed("title|tablet");
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void anEditLosesAgainstTheServersDelete(String way) {
		start(ConflictResolver.serverWins());
		meet("UPDATE note SET body = 'phone'", "DELETE FROM note", way);
		assertAgreed();
		assertThat(this.conflicts.get(0).conflict().local().get("body")).isEqualTo("phone");
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void aDeleteOfTheClientWinsAgainstAnEdit(String way) {
		start(ConflictResolver.clientWins());
		meet("DELETE FROM note", "UPDATE note SET body = 'tablet'", way);
		assertAgreed();
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void anEditOfTheClientWinsAgainstADelete(String way) {
		start(ConflictResolver.clientWins());
		meet("UPDATE note SET body = 'phone'", "DELETE FROM note", way);
		assertAgreed("title|phone");
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void anEditWinsAgainstADeleteInAMerge(String way) {
		start(ConflictResolver.threeWayMerge());
		meet("UPDATE note SET body = 'phone'", "DELETE FROM note", way);
		assertAgreed("title|phone");
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void bothDeletedIsNoConflict(String way) {
		start((conflict) -> {
			throw new IllegalStateException("Nobody asked");
		});
		meet("DELETE FROM note", "DELETE FROM note", way);
		assertThat(this.conflicts).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void theSameChangeOnBothSidesIsNoConflict(String way) {
		start((conflict) -> {
			throw new IllegalStateException("Nobody asked");
		});
		meet("UPDATE note SET body = 'same'", "UPDATE note SET body = 'same'", way);
		assertThat(this.conflicts).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.server.account("ann").stream()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "upload", "download" })
	void whatAResolverThrowsLeavesTheChangePending(String way) {
		boolean[] broken = { true };
		start((conflict) -> {
			if (broken[0]) {
				throw new IllegalStateException("broken");
			}
			return Resolution.merge(new SyncRow(Map.of("title", "both")));
		});
		meet("UPDATE note SET title = 'phone'", "UPDATE note SET title = 'tablet'", way);
		assertThat(this.conflicts).hasSize(1);
		assertThat(this.conflicts.get(0).resolution()).isNull();
		assertThat(this.conflicts.get(0).problem()).contains("broken");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("phone");
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		SyncResult again = this.phone.client().sync();
		assertThat(again.upload().conflicts()).hasSize(1);
		assertThat(again.download().conflicts()).hasSizeLessThan(2);
		assertThat(this.tablet.query("SELECT title FROM note")).containsExactly("tablet");

		broken[0] = false;
		this.phone.client().sync();
		this.tablet.client().sync();
		assertAgreed("both|body");
		assertThat(this.phone.client().status().held()).isZero();
	}

	@Test
	void anEditWhileTheConflictIsUnderWayIsPartOfIt() {
		start(ConflictResolver.threeWayMerge());
		this.phone.execute("UPDATE note SET title = 'phone'");
		this.tablet.execute("UPDATE note SET changed = 'tablet'");
		this.tablet.client().sync();
		this.server.whileInFlight(() -> this.phone.execute("UPDATE note SET body = 'later'"));
		this.conflicts.addAll(this.phone.client().sync().upload().conflicts());
		this.tablet.client().sync();
		assertAgreed("phone|later");
		assertThat(this.tablet.query("SELECT changed FROM note")).containsExactly("tablet");
	}

	@Test
	void listenersHearOfConflicts() {
		start(ConflictResolver.serverWins());
		List<ResolvedConflict> heard = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onConflict(ResolvedConflict conflict) {
				heard.add(conflict);
				throw new IllegalStateException("a listener's trouble is its own");
			}
		});
		meet("UPDATE note SET title = 'phone'", "UPDATE note SET body = 'tablet'", "upload");
		assertThat(heard).hasSize(1);
		assertThat(heard.get(0).resolution()).isEqualTo(Resolution.TAKE_SERVER);
	}

	@Test
	void listenersHearOfConflictsOfASyncThatFailsLater() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.uploadBatch(1, 100_000).downloadPage(1))
			.open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
		this.phone.execute("INSERT INTO note (id, title) VALUES ('" + ID + "', 'one'), ('" + OTHER_ID + "', 'two')");
		this.phone.client().sync();
		this.tablet.client().sync();
		List<ResolvedConflict> heard = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onConflict(ResolvedConflict conflict) {
				heard.add(conflict);
			}
		});

		bothEditBothNotes();
		loseTheSecondResponse();
		assertThatThrownBy(() -> this.phone.client().sync()).isInstanceOf(NetworkException.class);
		assertThat(heard).as("of uploads").hasSize(1);
		this.phone.client().sync();
		assertThat(heard).as("of uploads").hasSize(2);

		heard.clear();
		bothEditBothNotes();
		this.phone.client().pauseUploads();
		loseTheSecondResponse();
		assertThatThrownBy(() -> this.phone.client().sync()).isInstanceOf(NetworkException.class);
		assertThat(heard).as("of downloads").hasSize(1);
		this.phone.client().sync();
		assertThat(heard).as("of downloads").hasSize(2);
	}

	private void bothEditBothNotes() {
		this.phone.execute("UPDATE note SET body = 'phone' || random()");
		this.tablet.execute("UPDATE note SET body = 'tablet' || random()");
		this.tablet.client().sync();
	}

	private void loseTheSecondResponse() {
		this.server.whileInFlight(() -> {
		});
		this.server.loseResponse();
	}

}
