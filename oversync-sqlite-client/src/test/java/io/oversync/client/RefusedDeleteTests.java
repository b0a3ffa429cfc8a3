/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.oversync.client.internal.report.RefusedDeleteReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The server refuses a delete, since rows refer to the row that this device has not seen:
 * the application is told, the row comes back, and nothing is left to do.
 */
class RefusedDeleteTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, stars INTEGER);
			CREATE TABLE comment (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), body TEXT);
			CREATE TABLE folder (id TEXT PRIMARY KEY, parent_id TEXT, name TEXT);
			CREATE UNIQUE INDEX folder_name ON folder (lower(name));""";

	private static final int ROUNDS = 8;

	private final ModelServer server = new ModelServer();

	private final List<RefusedDelete> heard = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.server.reference("app.comment", "note_id", "app.note");
		this.server.reference("app.folder", "parent_id", "app.folder");
		this.phone = device("phone");
		this.tablet = device("tablet");
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onRefusedDelete(RefusedDelete delete) {
				RefusedDeleteTests.this.heard.add(delete);
			}
		});
	}

	private TestDevice device(String name) {
		return new TestDevice(this.folder, this.server, "ann/" + name, DDL, "note", "comment", "folder").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	@Test
	void isToldToTheApplicationAndUndone() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().refused()).singleElement().satisfies((delete) -> {
			assertThat(delete.table()).isEqualTo("note");
			assertThat(delete.pk()).isEqualTo(key(1));
			assertThat(delete.row()).isNotNull().extracting((row) -> row.get("title")).isEqualTo("first");
			assertThat(delete.referencedBy())
				.containsExactly(new RefusedDeleteReport.ReferrerReport("comment", key(2)));
			assertThat(delete.message()).contains("comment " + key(2), "comes back");
		});
		assertThat(this.heard).isEqualTo(result.upload().refused());
		assertThat(result.upload().quarantined()).isEmpty();
		assertThat(result.upload().waiting()).isEmpty();
		assertThat(result.upload().pending()).isZero();
		assertThat(result.download().conflicts()).isEmpty();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
		assertThat(this.phone.query("SELECT body FROM comment")).containsExactly("unseen");
		assertSettled();
		assertThat(this.server.account("ann").restored()).containsExactly("app.note:" + key(1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "serverWins", "clientWins", "threeWayMerge" })
	void isOverWithAnyResolver(String resolver) {
		this.phone.with((builder) -> builder.resolver(switch (resolver) {
			case "serverWins" -> ConflictResolver.serverWins();
			case "clientWins" -> ConflictResolver.clientWins();
			default -> ConflictResolver.threeWayMerge();
		})).reopen();
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
		assertThat(this.server.account("ann").restored()).hasSize(1);
		assertThat(this.phone.client().sync().upload().uploaded()).isZero();
	}

	@Test
	void isNeitherPendingNorHeldBeforeItIsUndone() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		assertThat(this.phone.client().uploadOnce().refused()).hasSize(1);
		SyncStatus status = this.phone.client().status();
		assertThat(List.of(status.pending(), status.waiting(), status.quarantined(), status.held())).containsOnly(0L);
		assertThat(this.phone.client().sync().upload().uploaded()).isZero();
		assertSettled();
	}

	@Test
	void takesNoLocalChildrenAlong() {
		note(1);
		comment(this.phone, 3, 1, "mine");
		this.phone.client().sync();
		this.tablet.client().sync();
		comment(this.tablet, 2, 1, "unseen");
		comment(this.phone, 4, 1, "never sent");
		this.tablet.client().sync();
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.phone.client().sync();
		assertSettled();
		assertThat(this.phone.query("SELECT body FROM comment ORDER BY id")).containsExactly("unseen", "mine",
				"never sent");
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
	}

	@Test
	void doesNotBringBackWhatWasDeletedWithIt() {
		note(1);
		comment(this.phone, 3, 1, "mine");
		this.phone.client().sync();
		this.tablet.client().sync();
		comment(this.tablet, 2, 1, "unseen");
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM comment");
		this.phone.execute("DELETE FROM note");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(result.refused()).hasSize(1);
		assertSettled();
		assertThat(this.phone.query("SELECT body FROM comment")).containsExactly("unseen");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	@Test
	void whatWasInsertedAgainMeanwhileStays() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.server
			.whileInFlight(() -> this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'second', NULL)"));
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().conflicts()).isEmpty();
		assertThat(this.heard).as("the delete is not wanted any more").isEmpty();
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("second");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatWasInsertedAgainBeforeItCameBackIsAnEdit(boolean asItWas) {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		assertThat(this.phone.client().uploadOnce().refused()).hasSize(1);
		this.phone
			.execute("INSERT INTO note VALUES ('" + key(1) + "', '" + (asItWas ? "first" : "second") + "', NULL)");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().conflicts()).as("never overwritten without a word").hasSize(asItWas ? 0 : 1);
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	@Test
	void whatWasInsertedAgainAndRefusedCanBeDiscarded() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.client().pauseDownloads();
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'second', NULL)");
		this.phone.client().sync();
		assertThat(this.phone.client().discardQuarantined()).isEqualTo(1);
		this.server.reject((change) -> null);
		this.phone.client().resumeDownloads();
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	@Test
	void whatWasInsertedAgainAsItWasMeanwhileIsNoChange() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.server
			.whileInFlight(() -> this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'first', NULL)"));
		assertThat(this.phone.client().sync().upload().uploaded()).isEqualTo(1);
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	@Test
	void whatWasInsertedAndDeletedAgainMeanwhileComesBack() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.server.whileInFlight(() -> {
			this.phone.execute("INSERT INTO note VALUES ('" + key(1) + "', 'second', NULL)");
			this.phone.execute("DELETE FROM note");
		});
		assertThat(this.phone.client().sync().upload().refused()).hasSize(1);
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
		assertThat(this.server.account("ann").restored()).hasSize(1);
	}

	@Test
	void isUndoneOnceAlthoughTheAnswerWasLost() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		// the restored row arrives while it is not known that the delete was refused
		this.phone.client().downloadOnce(100);
		assertThat(this.phone.query("SELECT title FROM note")).isEmpty();
		assertThat(this.phone.reopen().client().uploadOnce().refused()).hasSize(1);
		assertThat(this.phone.query("SELECT title FROM note")).as("at once").containsExactly("first");
		assertSettled();
		assertThat(this.server.account("ann").restored()).hasSize(1);
	}

	@Test
	void ofManyRowsRestoresEachOnce() {
		int rows = 30;
		for (int i = 0; i < rows; i++) {
			note(i);
		}
		this.phone.client().sync();
		this.tablet.client().sync();
		for (int i = 0; i < rows; i++) {
			comment(this.tablet, rows + i, i, "unseen");
		}
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM note");
		assertThat(this.phone.client().sync().upload().refused()).hasSize(rows);
		int changes = this.server.account("ann").stream().size();
		for (int i = 0; i < ROUNDS; i++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
		assertSettled();
		assertThat(this.server.account("ann").restored()).hasSize(rows);
		assertThat(this.server.account("ann").stream()).hasSize(changes);
	}

	@Test
	void ofAChainRestoresParentsFirst() {
		folder(this.phone, 1, null);
		folder(this.phone, 2, 1);
		folder(this.phone, 3, 2);
		folder(this.phone, 4, 1);
		this.phone.client().sync();
		this.tablet.client().sync();
		folder(this.tablet, 5, 3);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM folder");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).as("nothing refers to the fourth").isEqualTo(1);
		assertThat(this.server.account("ann").restored()).containsExactly("app.folder:" + key(1),
				"app.folder:" + key(2), "app.folder:" + key(3));
		assertSettled();
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY id")).containsExactly("1", "2", "3", "5");
	}

	@Test
	void ofACircleRestoresAllOfIt() {
		folder(this.phone, 1, null);
		folder(this.phone, 2, 1);
		this.phone.execute("UPDATE folder SET parent_id = '" + key(2) + "' WHERE id = '" + key(1) + "'");
		this.phone.client().sync();
		this.tablet.client().sync();
		folder(this.tablet, 3, 2);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM folder");
		assertThat(this.phone.client().sync().upload().refused()).hasSize(2);
		assertSettled();
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY id")).containsExactly("1", "2", "3");
		this.phone.execute("DELETE FROM folder");
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(3);
		assertSettled();
	}

	@Test
	void mayBeTriedAgain() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("DELETE FROM note");
		assertThat(this.phone.client().sync().upload().refused()).hasSize(1);
		assertThat(this.server.account("ann").restored()).hasSize(2);
		assertSettled();
		this.phone.execute("DELETE FROM comment");
		this.phone.execute("DELETE FROM note");
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(2);
		assertSettled();
		assertThat(this.server.account("ann").live()).isEmpty();
	}

	@Test
	void isUndoneByTheFirstPageHoweverFarBehindTheDeviceIs() {
		noteWithACommentOnlyTheTabletKnows();
		for (int i = 10; i < 20; i++) {
			comment(this.tablet, i, 1, "more");
		}
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM note");
		this.phone.client().uploadOnce();
		long cursor = this.phone.client().status().cursor();
		DownloadResult page = this.phone.client().downloadOnce(1);
		assertThat(page.hasMore()).isTrue();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
		assertThat(this.phone.client().status().cursor()).as("counts the ordinary row").isEqualTo(cursor + 1);
		// deleted once more, before the restored row comes at its own place
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("DELETE FROM note");
		this.phone.client().downloadOnce(1);
		assertThat(this.phone.query("SELECT title FROM note")).as("no restore of this delete").isEmpty();
		assertSettled();
		assertThat(this.phone.query("SELECT count(*) FROM comment")).containsExactly("11");
	}

	@Test
	void isUndoneByAHydrationWhosePagesBeginWithTheRow() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("UPDATE note SET title = 'second'");
		this.phone.client().sync();
		comment(this.tablet, 3, 1, "more");
		this.tablet.client().sync();
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("DELETE FROM note");
		this.phone.client().uploadOnce();
		this.phone.with((builder) -> builder.downloadPage(1)).reopen();
		this.server.whileInFlight(() -> {
		});
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().hydrate());
		// a window that an upload, or another device, does not move
		HydrateResult result = this.phone.reopen().client().hydrate();
		assertThat(result.reuploads()).isZero();
		assertThat(result.rows()).isEqualTo(3);
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("second");
		assertSettled();
	}

	@Test
	void isUndoneByAHydrationAlsoIfTheServerHasLostTheRestore() {
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.phone.client().uploadOnce();
		this.server.account("ann").truncate(this.server.account("ann").stream().size() - 1);
		this.phone.client().hydrate();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
		this.phone.execute("DELETE FROM comment");
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).as("deletes of it are seen again").isEmpty();
	}

	@Test
	void isNoConflictWithAnEditOfAnotherDevice() {
		noteWithACommentOnlyTheTabletKnows();
		this.tablet.execute("UPDATE note SET stars = 5");
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		SyncResult result = this.tablet.client().sync();
		assertThat(result.upload().conflicts()).as("the server's row is as it was").isEmpty();
		assertSettled();
		assertThat(this.phone.query("SELECT stars FROM note")).containsExactly("5");
	}

	@Test
	void ofTwoDevicesEndsForBoth() {
		noteWithACommentOnlyTheTabletKnows();
		TestDevice web = device("web");
		web.client().sync();
		web.execute("PRAGMA foreign_keys = OFF");
		web.execute("DELETE FROM note");
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		web.client().sync();
		for (int i = 0; i < ROUNDS; i++) {
			this.phone.client().sync();
			web.client().sync();
		}
		assertThat(web.query("SELECT title FROM note")).containsExactly("first");
		assertThat(web.client().status().pending()).isZero();
		web.close();
		assertSettled();
		assertThat(this.server.account("ann").restored()).hasSizeLessThan(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "serverWins", "clientWins" })
	void letsAChildsConflictWaitForOnePassOnly(String resolver) {
		this.phone
			.with((builder) -> builder.resolver(
					resolver.equals("clientWins") ? ConflictResolver.clientWins() : ConflictResolver.serverWins()))
			.reopen();
		note(1);
		comment(this.phone, 2, 1, "mine");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("UPDATE comment SET body = 'edited'");
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM comment");
		this.phone.execute("DELETE FROM note");
		this.phone.execute("INSERT INTO note VALUES ('" + key(9) + "', 'free', NULL)");
		this.server.uploads().clear();
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.refused()).hasSize(1);
		assertThat(result.quarantined()).isEmpty();
		assertThat(result.conflicts()).hasSize(1);
		assertThat(this.server.uploads()).hasSizeLessThan(4);
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("first", "free");
		assertThat(this.phone.query("SELECT body FROM comment"))
			.isEqualTo(resolver.equals("clientWins") ? List.of() : List.of("edited"));
	}

	@Test
	void ofATreeLetsAChildsConflictWaitAlthoughItsParentIsGone() {
		folder(this.phone, 1, null);
		folder(this.phone, 2, 1);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("UPDATE folder SET name = 'edited' WHERE id = '" + key(2) + "'");
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM folder WHERE id = '" + key(1) + "'");
		this.phone.execute("DELETE FROM folder WHERE id = '" + key(2) + "'");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.refused()).hasSize(1);
		assertThat(result.quarantined()).as("the parent is on its way back").isEmpty();
		assertThat(result.conflicts()).as("in the same sync").hasSize(1);
		assertSettled();
		assertThat(this.phone.query("SELECT name FROM folder ORDER BY id")).containsExactly("1", "edited");
	}

	@Test
	void aChildsStaleDeleteIsAppliedByTheCascade() {
		this.server.cascade("app.comment", "parent_id", "app.folder");
		TestDevice laptop = new TestDevice(this.folder, this.server, "ann/laptop",
				"CREATE TABLE folder (id TEXT PRIMARY KEY, parent_id TEXT, name TEXT);\n"
						+ "CREATE TABLE comment (id TEXT PRIMARY KEY, parent_id TEXT, body TEXT);",
				"folder", "comment")
			.open();
		laptop.execute("INSERT INTO folder VALUES ('" + key(1) + "', NULL, '1')");
		laptop.execute("INSERT INTO comment VALUES ('" + key(2) + "', '" + key(1) + "', 'first')");
		laptop.client().sync();
		this.server.account("ann")
			.change("web", "app.comment", "UPDATE", key(2),
					"{\"id\":\"" + key(2) + "\",\"parent_id\":\"" + key(1) + "\",\"body\":\"web\"}");
		laptop.execute("DELETE FROM comment");
		laptop.execute("DELETE FROM folder");
		UploadResult result = laptop.client().sync().upload();
		assertThat(result.applied()).isEqualTo(2);
		assertThat(result.conflicts()).isEmpty();
		assertThat(laptop.client().sync().download().conflicts()).isEmpty();
		assertThat(laptop.query("SELECT * FROM comment")).isEmpty();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(laptop.client().status().pending()).isZero();
		laptop.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "serverWins", "clientWins" })
	void ofAServerWithoutRestoresIsAConflict(String resolver) {
		this.server.answerRefusedDeletesAsConflicts();
		this.phone
			.with((builder) -> builder.resolver(
					resolver.equals("clientWins") ? ConflictResolver.clientWins() : ConflictResolver.serverWins()))
			.reopen();
		noteWithACommentOnlyTheTabletKnows();
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).extracting(QuarantinedChange::reason)
			.isEqualTo(resolver.equals("clientWins") ? List.of("referenced") : List.of());
		this.phone.client().quarantined().forEach((change) -> this.phone.client().discardQuarantined(change.id()));
		assertSettled();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void ofATableWhoseVanishedRowsAreLookedForIsNotSentAgain() {
		folder(this.phone, 1, null);
		this.phone.client().sync();
		this.tablet.client().sync();
		folder(this.tablet, 2, 1);
		this.tablet.client().sync();
		this.phone.client().pauseDownloads();
		this.phone.execute("DELETE FROM folder");
		assertThat(this.phone.client().sync().upload().uploaded()).isEqualTo(1);
		assertThat(this.phone.client().sync().upload().uploaded()).isZero();
		this.phone.client().resumeDownloads();
		assertSettled();
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void ofATableWhoseVanishedRowsAreLookedForStaysInQuarantineIfItWasRejected() {
		folder(this.phone, 1, null);
		this.phone.client().sync();
		this.server.reject((change) -> change.get("op").asString().equals("DELETE") ? "bad_payload" : null);
		this.phone.execute("DELETE FROM folder");
		assertThat(this.phone.client().sync().upload().uploaded()).isEqualTo(1);
		assertThat(this.phone.client().quarantined()).hasSize(1);
	}

	private void noteWithACommentOnlyTheTabletKnows() {
		note(1);
		this.phone.client().sync();
		this.tablet.client().sync();
		comment(this.tablet, 2, 1, "unseen");
		this.tablet.client().sync();
	}

	/**
	 * Both devices are as the server is, nothing is left to do, and nothing more comes.
	 */
	private void assertSettled() {
		for (TestDevice device : List.of(this.phone, this.tablet, this.phone)) {
			device.client().sync();
		}
		int changes = this.server.account("ann").stream().size();
		for (TestDevice device : List.of(this.phone, this.tablet)) {
			device.client().sync();
			SyncStatus status = device.client().status();
			assertThat(List.of(status.pending(), status.waiting(), status.quarantined(), status.held()))
				.as("%s", status)
				.containsOnly(0L);
			assertThat(Set.copyOf(device.query("""
					SELECT 'app.note:' || id FROM note UNION ALL SELECT 'app.comment:' || id FROM comment
					UNION ALL SELECT 'app.folder:' || id FROM folder""")))
				.isEqualTo(this.server.account("ann").live().keySet());
			device.query("SELECT id || '|' || coalesce(title, '') || '|' || coalesce(stars, '') FROM note")
				.forEach((row) -> {
					var payload = this.server.account("ann")
						.live()
						.get("app.note:" + row.substring(0, row.indexOf('|')));
					assertThat(row).isEqualTo(payload.get("id").asString() + "|" + payload.get("title").asString("")
							+ "|" + payload.get("stars").asString(""));
				});
		}
		assertThat(this.server.account("ann").stream()).hasSize(changes);
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012d".formatted(number);
	}

	private void note(int number) {
		this.phone.execute("INSERT INTO note VALUES ('" + key(number) + "', 'first', NULL)");
	}

	private static void comment(TestDevice device, int number, int note, String body) {
		device.execute("INSERT INTO comment VALUES ('" + key(number) + "', '" + key(note) + "', '" + body + "')");
	}

	private static void folder(TestDevice device, int number, Integer parent) {
		device.execute("INSERT INTO folder VALUES ('" + key(number) + "', "
				+ ((parent != null) ? "'" + key(parent) + "'" : "NULL") + ", '" + number + "')");
	}

}
