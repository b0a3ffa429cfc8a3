/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that differ become as the server has them, and all else stays as it is.
 */
class RepairTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE comment (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), body TEXT)""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "comment").open();
		for (int i = 0; i < 10; i++) {
			note(i, "first");
			comment(100 + i, i, "first");
		}
		note(5, "second");
		this.server.account("ann").change("web", "app.comment", "DELETE", key(106), "");
		this.server.account("ann").change("web", "app.note", "DELETE", key(6), "");
		this.phone.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void note(int number, String title) {
		String key = key(number);
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", key, "{\"id\":\"" + key + "\",\"title\":\"" + title + "\"}");
	}

	private void comment(int number, int note, String body) {
		String key = key(number);
		this.server.account("ann")
			.change("web", "app.comment", "UPDATE", key,
					"{\"id\":\"%s\",\"note_id\":\"%s\",\"body\":\"%s\"}".formatted(key, key(note), body));
	}

	/** Changes rows, or the bookkeeping, as no application and no client does. */
	private static void plant(TestDevice device, String sql) {
		device.execute("PRAGMA foreign_keys = OFF;\nINSERT INTO oversync_applying VALUES (1);\n" + sql
				+ ";\nDELETE FROM oversync_applying;\nPRAGMA foreign_keys = ON");
	}

	private void plant(String sql) {
		plant(this.phone, sql);
	}

	private Map<String, String> local() {
		Map<String, String> rows = new TreeMap<>();
		for (String row : this.phone.query("SELECT 'app.note:' || id, title FROM note"
				+ " UNION ALL SELECT 'app.comment:' || id, note_id || ' ' || body FROM comment")) {
			rows.put(row.substring(0, row.indexOf('|')), row.substring(row.indexOf('|') + 1));
		}
		return rows;
	}

	private Map<String, String> remote() {
		Map<String, String> rows = new TreeMap<>();
		this.server.account("ann")
			.live()
			.forEach((name, payload) -> rows.put(name, payload.has("title") ? payload.get("title").asString()
					: payload.get("note_id").asString() + " " + payload.get("body").asString()));
		return rows;
	}

	private void assertHealed() {
		assertThat(this.phone.client().verify().differences()).isEmpty();
		assertThat(local()).isEqualTo(remote());
		assertThat(this.phone.query("SELECT count(*) FROM _sync_repair")).containsExactly("0");
		SyncStatus status = this.phone.client().status();
		assertThat(status.pending() + status.quarantined() + status.held()).as("%s", status).isZero();
	}

	static Stream<Arguments> divergencesAndMoments() {
		return Stream.of(Divergence.values())
			.flatMap((divergence) -> Stream.of(Edited.values()).map((edited) -> Arguments.of(divergence, edited)));
	}

	@ParameterizedTest
	@EnumSource(Divergence.class)
	void aDifferingRowIsHealedAndNoOtherIsTouched(Divergence divergence) {
		plant(divergence.sql);
		// same version, other content: to be seen if it is written
		plant("UPDATE note SET title = 'untouched' WHERE id = '" + key(9) + "'");
		RepairResult result = this.phone.client().repair();
		assertThat(result.differing()).isEqualTo(1);
		assertThat(result.left()).isZero();
		assertThat(result.conflicts()).isEmpty();
		assertThat(result.applied()).isEqualTo(divergence.sent ? 0 : 1);
		assertThat(result.reuploads()).isEqualTo(divergence.sent ? 1 : 0);
		assertThat(local()).containsEntry("app.note:" + key(9), "untouched");
		plant("UPDATE note SET title = 'first' WHERE id = '" + key(9) + "'");
		assertThat(this.phone.client().verify().isSame()).isTrue();
		this.phone.client().sync();
		assertHealed();
		assertThat(local().containsKey("app.note:" + key(77))).isEqualTo(divergence.sent);
		assertThat(this.phone.client().repair().differing()).isZero();
	}

	@ParameterizedTest
	@MethodSource("divergencesAndMoments")
	void unsentEditsOfTheRowAndOfANeighbourStay(Divergence divergence, Edited edited) {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		plant(divergence.sql);
		int number = edited.number(divergence);
		this.phone.execute("INSERT INTO note VALUES ('" + key(number) + "', 'edited')"
				+ " ON CONFLICT (id) DO UPDATE SET title = 'edited'");
		this.phone.execute("DELETE FROM comment WHERE id = '" + key(108) + "'");
		if (edited == Edited.ROW_SENT) {
			this.server.loseResponse();
			assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		}
		long pending = this.phone.client().status().pending();
		RepairResult result = this.phone.client().repair();
		assertThat(result.differing()).isEqualTo((edited == Edited.NEIGHBOUR) ? 1 : 0);
		assertThat(this.phone.client().status().pending()).isEqualTo(pending + result.reuploads());
		assertThat(local()).containsEntry("app.note:" + key(number), "edited");
		assertThat(this.phone.client().verify().differences()).isEmpty();
		this.phone.client().sync();
		assertThat(remote()).doesNotContainKey("app.comment:" + key(108));
		assertThat(remote()).containsEntry("app.note:" + key(number), "edited");
		assertHealed();
	}

	@ParameterizedTest
	@EnumSource(Divergence.class)
	void conflictsBeforeAndAfterARepairAreResolvedAsEver(Divergence divergence) {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		this.phone.execute("UPDATE note SET title = 'mine' WHERE id = '" + key(2) + "'");
		note(2, "theirs");
		this.phone.client().sync();
		assertThat(remote()).containsEntry("app.note:" + key(2), "mine");
		plant(divergence.sql);
		this.phone.execute("UPDATE note SET title = 'mine again' WHERE id = '" + key(1) + "'");
		note(1, "theirs");
		assertThat(this.phone.client().repair().differing()).isEqualTo(1);
		assertThat(local()).containsEntry("app.note:" + key(1), "mine again");
		this.phone.client().sync();
		assertThat(remote()).containsEntry("app.note:" + key(1), "mine again")
			.containsEntry("app.note:" + key(2), "mine");
		note(divergence.number, "after");
		this.phone.client().sync();
		assertHealed();
	}

	@Test
	void aMissingParentAndItsChildrenComeBack() {
		plant("DELETE FROM note WHERE id IN ('" + key(1) + "', '" + key(2) + "')");
		plant("DELETE FROM comment WHERE id = '" + key(101) + "'");
		assertThat(this.phone.query("PRAGMA foreign_key_check")).as("a child without a parent").isNotEmpty();
		RepairResult result = this.phone.client().repair();
		assertThat(result.differing()).isEqualTo(3);
		assertThat(result.applied()).isEqualTo(3);
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
		assertHealed();
	}

	@Test
	void aMissingParentOfAnUnsentChildComesBack() {
		plant("DELETE FROM note WHERE id = '" + key(1) + "'");
		this.phone.execute("PRAGMA foreign_keys = OFF;\nINSERT INTO comment VALUES ('" + key(120) + "', '" + key(1)
				+ "', 'own');\nPRAGMA foreign_keys = ON");
		this.phone.client().repair();
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		this.phone.client().sync();
		assertThat(remote()).containsKey("app.comment:" + key(120));
		assertHealed();
	}

	@Test
	void aResurrectedParentIsDeletedWithItsResurrectedChild() {
		plant("INSERT INTO note VALUES ('" + key(6) + "', 'first')");
		plant("INSERT INTO comment VALUES ('" + key(106) + "', '" + key(6) + "', 'first')");
		assertThat(this.phone.client().repair().applied()).isEqualTo(2);
		assertHealed();
	}

	@Test
	void aMissedDeleteIsMadeUpFor() {
		plant("INSERT INTO note VALUES ('" + key(6) + "', 'first')");
		plant("UPDATE _sync_row SET version = 1, deleted = 0 WHERE key = '" + key(6) + "'");
		assertThat(this.phone.client().repair().applied()).isEqualTo(1);
		assertHealed();
	}

	@Test
	void aRowInASpellingOfItsOwnIsDeleted() {
		this.phone.execute("INSERT INTO note VALUES ('abcdef00-0000-0000-0000-000000000000', 'own')");
		this.phone.client().sync();
		plant("INSERT INTO note VALUES ('ABCDEF00-0000-0000-0000-000000000000', 'doubled')");
		assertThat(this.phone.client().repair().applied()).isEqualTo(1);
		assertHealed();
	}

	@Test
	void partsOfARowAreJoined() {
		String key = key(50);
		ModelServer.Account account = this.server.account("ann");
		account.change("web", "app.note", "INSERT", key, "{\"id\":\"" + key + "\",\"title\":\"first\"}");
		account.change("old", "app.note", "UPDATE", key, "{\"id\":\"" + key + "\"}");
		this.phone.client().sync();
		plant("DELETE FROM note WHERE id = '" + key + "'");
		this.phone.client().repair();
		assertThat(local()).containsEntry("app.note:" + key, "first");
	}

	@Test
	@Tag("prove")
	void manyRowsOfAWholeTableComeBack() {
		for (int i = 1000; i < 2600; i++) {
			note(i, "many");
		}
		this.phone.client().sync();
		plant("DELETE FROM note WHERE id >= '" + key(1000) + "'");
		List<VerifyResult> told = new ArrayList<>();
		this.phone.client().addListener(new SyncListener() {

			@Override
			public void onDifferences(VerifyResult result) {
				told.add(result);
			}

		});
		RepairResult result = this.phone.client().repair();
		assertThat(result.differing()).isEqualTo(1600);
		assertThat(result.applied()).isEqualTo(1600);
		assertThat(told).hasSize(1);
		assertHealed();
	}

	@Test
	void aRowThatIsEditedDuringARepairIsLeftAlone() {
		plant("DELETE FROM note WHERE id IN ('" + key(1) + "', '" + key(2) + "')");
		// what is new, the checksums of all, those of the rows, the stream
		after(3, () -> this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'edited')"));
		RepairResult result = this.phone.client().repair();
		this.server.endFaults();
		assertThat(result.differing()).isEqualTo(2);
		assertThat(result.left()).isEqualTo(1);
		assertThat(local()).containsEntry("app.note:" + key(1), "edited").containsEntry("app.note:" + key(2), "first");
		this.phone.client().sync();
		assertThat(remote()).containsEntry("app.note:" + key(1), "edited");
		assertHealed();
	}

	@Test
	void aRepairThatLosesTheNetworkIsCalledAgain() {
		plant("DELETE FROM note");
		boolean[] repaired = { false };
		for (int i = 0; !repaired[0]; i++) {
			assertThat(i).as("requests of a repair").isLessThan(20);
			loseAfter(i);
			try {
				this.phone.client().repair();
				repaired[0] = true;
			}
			catch (NetworkException ex) {
				this.phone.reopen();
			}
			this.server.endFaults();
		}
		this.phone.client().repair();
		assertHealed();
	}

	private void loseAfter(int requests) {
		if (requests == 0) {
			this.server.loseResponse();
		}
		else {
			after(requests - 1, this.server::loseResponse);
		}
	}

	/** Runs something while a later response is under way. */
	private void after(int requests, Runnable action) {
		this.server.whileInFlight((requests == 0) ? action : () -> after(requests - 1, action));
	}

	@Test
	void aHydrationAfterAnInterruptedRepairLosesNothing() {
		plant("DELETE FROM note WHERE id = '" + key(1) + "'");
		// what is new, the checksums of all, those of the rows, the stream
		loseAfter(3);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().repair());
		this.server.endFaults();
		assertThat(this.phone.query("SELECT count(*) FROM _sync_repair")).containsExactly("1");
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.reuploads()).isZero();
		assertThat(this.phone.client().repair().differing()).isZero();
		assertHealed();
	}

	@Test
	void aFewRowsAreFetchedOneByOne() {
		plant("DELETE FROM note WHERE id IN ('" + key(1) + "', '" + key(5) + "')");
		plant("INSERT INTO note VALUES ('" + key(6) + "', 'resurrected')");
		this.server.requests().clear();
		RepairResult result = this.phone.client().repair();
		assertThat(result.applied()).isEqualTo(3);
		assertThat(result.downloaded()).isEqualTo(2);
		assertThat(this.server.requests()).noneMatch((request) -> request.contains("after=0&"));
		assertHealed();
	}

	@Test
	void theStreamMayComeInOneAnswer() {
		this.server.streaming();
		this.phone.reopen();
		plant("INSERT INTO note VALUES ('" + key(6) + "', 'resurrected')");
		plant("DELETE FROM _sync_row WHERE key = '" + key(6) + "'");
		this.server.requests().clear();
		assertThat(this.phone.client().repair().applied()).isEqualTo(1);
		assertThat(this.server.requests()).anyMatch((request) -> request.contains("/changes?after=0"));
		assertHealed();
	}

	/** A row that differs, without a trace of why. */
	enum Divergence {

		MISSING(3, false, "DELETE FROM note WHERE id = '" + key(3) + "'"),
		MISSING_AND_UNKNOWN(3, false,
				"DELETE FROM note WHERE id = '" + key(3) + "';\nDELETE FROM _sync_row WHERE key = '" + key(3) + "'"),
		DOUBLED(77, true, "INSERT INTO note VALUES ('" + key(77) + "', 'doubled')"),
		LOST(77, true,
				"INSERT INTO note VALUES ('" + key(77)
						+ "', 'lost');\nINSERT INTO _sync_row (table_no, key, version, deleted) SELECT table_no, '"
						+ key(77) + "', 3, 0 FROM _sync_table WHERE name = 'note'"),
		RESURRECTED(6, false, "INSERT INTO note VALUES ('" + key(6) + "', 'resurrected')"),
		RESURRECTED_AND_UNKNOWN(6, false,
				"INSERT INTO note VALUES ('" + key(6) + "', 'resurrected');\nDELETE FROM _sync_row WHERE key = '"
						+ key(6) + "'"),
		OLDER(5, false, "UPDATE note SET title = 'first' WHERE id = '" + key(5)
				+ "';\nUPDATE _sync_row SET version = 1 WHERE key = '" + key(5) + "'");

		private final int number;

		private final boolean sent;

		private final String sql;

		Divergence(int number, boolean sent, String sql) {
			this.number = number;
			this.sent = sent;
			this.sql = sql;
		}

	}

	/** The row that has a local change. */
	enum Edited {

		ROW, ROW_SENT, NEIGHBOUR;

		int number(Divergence divergence) {
			return (this == NEIGHBOUR) ? 8 : divergence.number;
		}

	}

}
