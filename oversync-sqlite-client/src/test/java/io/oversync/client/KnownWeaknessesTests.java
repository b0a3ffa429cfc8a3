/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What clients of this protocol are known to get wrong. Each test is a way in which one
 * of them loses or damages data, or harms the application that it lives in.
 */
class KnownWeaknessesTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String C = "00000000-0000-0000-0000-00000000000c";

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, stars INTEGER, picture BLOB, slug TEXT UNIQUE);
			CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id) ON DELETE CASCADE, text TEXT);
			""";

	private final ModelServer server = new ModelServer();

	private final List<Conflict> conflicts = new ArrayList<>();

	private Resolution decision = Resolution.TAKE_SERVER;

	@TempDir
	private Path folder;

	@TempDir
	private Path otherFolder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.server.reference("app.item", "note_id", "app.note");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "item", "note")
			.with((builder) -> builder.resolver((conflict) -> {
				this.conflicts.add(conflict);
				return this.decision;
			}))
			.open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "item", "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	// 1. upload and capture race

	@Test
	void anEditWhileItsRowIsUploadedIsUploadedNext() {
		note(A, "first");
		this.server.whileInFlight(() -> this.phone.execute("UPDATE note SET title = 'second'"));
		assertThat(this.phone.client().uploadOnce().pending()).isEqualTo(1);
		assertThat(title(A)).isEqualTo("first");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("second");
		this.phone.client().sync();
		assertThat(title(A)).isEqualTo("second");
		assertThat(this.server.received()).containsExactly("INSERT note:a", "UPDATE note:a");
		assertThat(this.conflicts).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void anEditWhileAnUploadIsLostIsUploadedAfterIt() {
		note(A, "first");
		this.server.whileInFlight(() -> this.phone.execute("UPDATE note SET title = 'second'"));
		this.server.loseResponse();
		this.phone.client().uploadOnce();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute("UPDATE note SET title = 'third'");
		this.phone.reopen().client().sync();
		assertThat(title(A)).isEqualTo("third");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("third");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void anEditBackToWhatItWasWhileItsRowIsUploadedIsUploadedToo() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'second'");
		this.server.whileInFlight(() -> this.phone.execute("UPDATE note SET title = 'first'"));
		this.phone.client().uploadOnce();
		this.phone.client().sync();
		assertThat(title(A)).isEqualTo("first");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("first");
	}

	// 2. the same with a delete

	@Test
	void aDeleteWhileTheInsertIsUploadedReachesTheServer() {
		note(A, "first");
		this.server.whileInFlight(() -> this.phone.execute("DELETE FROM note"));
		this.phone.client().uploadOnce();
		assertThat(this.phone.query("SELECT * FROM note")).isEmpty();
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.phone.query("SELECT * FROM note")).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aDeleteAfterAnInsertWithoutAnAnswerReachesTheServer() {
		note(A, "first");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute("DELETE FROM note");
		this.phone.reopen().client().sync();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.phone.query("SELECT * FROM note")).isEmpty();
	}

	@Test
	void aRowThatComesBackWhileItsDeleteIsUploadedStays() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note");
		this.server.whileInFlight(() -> note(A, "again"));
		this.phone.client().uploadOnce();
		this.phone.client().sync();
		assertThat(title(A)).isEqualTo("again");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("again");
		assertThat(this.conflicts).isEmpty();
	}

	// 3. coalescing

	@Test
	void deleteInsertDeleteOfASyncedRowDeletesItOnTheServer() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note");
		note(A, "again");
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.server.received()).containsExactly("INSERT note:a", "DELETE note:a");
	}

	@Test
	void deleteAndInsertOfASyncedRowIsAnUpdateOfItsVersion() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note");
		note(A, "again");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:a", "UPDATE note:a");
		assertThat(this.conflicts).isEmpty();
		assertThat(title(A)).isEqualTo("again");
	}

	// 4. ids of changes

	@Test
	void otherContentNeverGoesUnderTheIdOfALostUpload() {
		note(A, "first");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.execute("UPDATE note SET title = 'second'");
		this.phone.client().sync();
		List<JsonNode> sent = new ArrayList<>();
		this.server.uploads().forEach((upload) -> upload.get("changes").forEach(sent::add));
		assertThat(sent).extracting((change) -> change.at("/payload/title").asString())
			.isEqualTo(List.of("first", "first", "second"));
		assertThat(sent.get(1)).isEqualTo(sent.get(0));
		assertThat(sent.get(2).get("source_change_id").asLong())
			.isGreaterThan(sent.get(1).get("source_change_id").asLong());
		assertThat(title(A)).isEqualTo("second");
	}

	@Test
	void aFreshDatabaseOfTheSameDeviceDoesNotUseItsIdsAgain() {
		note(A, "first");
		this.phone.client().sync();
		long before = this.server.uploads().get(0).at("/changes/0/source_change_id").asLong();
		try (TestDevice again = new TestDevice(this.otherFolder, this.server, "ann/phone", DDL, "note").open()) {
			again.execute("INSERT INTO note (id, title) VALUES ('" + B + "', 'other')");
			again.client().uploadOnce();
		}
		assertThat(this.server.uploads().get(1).at("/changes/0/source_change_id").asLong()).isGreaterThan(before);
		assertThat(title(B)).isEqualTo("other");
	}

	// 5. conflict clauses of the application's statements

	@Test
	void insertOrReplaceKeepsTheVersionOfTheRow() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.execute("INSERT OR REPLACE INTO note (id, title) VALUES ('" + A + "', 'second')");
		this.phone.execute("INSERT OR REPLACE INTO note (id, title) VALUES ('" + A + "', 'third')");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:a", "UPDATE note:a");
		assertThat(title(A)).isEqualTo("third");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void onConflictDoUpdateIsCaptured() {
		String upsert = "INSERT INTO note (id, title) VALUES ('%s', '%s') ON CONFLICT (id) DO UPDATE SET title = excluded.title";
		this.phone.execute(upsert.formatted(A, "first"));
		this.phone.execute(upsert.formatted(A, "second"));
		this.phone.client().sync();
		this.phone.execute(upsert.formatted(A, "third"));
		this.phone.execute(upsert.formatted(A, "fourth"));
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:a", "UPDATE note:a");
		assertThat(title(A)).isEqualTo("fourth");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void insertOrIgnoreOfARowThatIsThereSendsNothing() {
		note(A, "first");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("INSERT OR IGNORE INTO note (id, title) VALUES ('" + A + "', 'second')");
		this.phone.execute("INSERT OR IGNORE INTO note (id, title) VALUES ('" + B + "', 'new')");
		this.phone.execute("UPDATE OR IGNORE note SET id = '" + A + "' WHERE id = '" + B + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:b");
		assertThat(title(A)).isEqualTo("first");
	}

	@Test
	void whatReplaceRemovesByAUniqueColumnIsDeletedOnTheServer() {
		this.phone.execute("INSERT INTO note (id, title, slug) VALUES ('" + A + "', 'first', 'x')");
		this.phone.execute("INSERT INTO note (id, title, slug) VALUES ('" + B + "', 'second', 'y')");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("INSERT OR REPLACE INTO note (id, title, slug) VALUES ('" + C + "', 'third', 'x')");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:c", "DELETE note:a");
		this.phone.execute("UPDATE OR REPLACE note SET slug = 'y' WHERE id = '" + C + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:c", "DELETE note:b");
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT id, title, slug FROM note")).containsExactly(C + "|third|y");
	}

	@Test
	void whatUpdateOrReplaceOfTheKeyRemovesIsOverwrittenOnTheServer() {
		note(A, "first");
		note(B, "second");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("UPDATE OR REPLACE note SET id = '" + B + "' WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:b", "DELETE note:a");
		assertThat(title(B)).isEqualTo("first");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void aRowThatReplaceOnlySeemedToRemoveIsNotSent() {
		this.phone.execute("INSERT INTO note (id, title, slug) VALUES ('" + A + "', 'first', 'x')");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("INSERT OR IGNORE INTO note (id, title, slug) VALUES ('" + B + "', 'second', 'x')");
		this.phone.client().sync();
		assertThat(this.server.received()).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	// 6. a parent that is written again

	@Test
	void aParentThatIsDownloadedAgainKeepsItsChildren() {
		note(A, "first");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'synced')");
		this.phone.client().sync();
		this.phone.execute("INSERT INTO item VALUES ('" + C + "', '" + A + "', 'not synced')");
		this.server.account("ann")
			.change("laptop", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"new\"}");
		this.phone.client().downloadOnce(100);
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("new");
		assertThat(this.phone.query("SELECT text FROM item ORDER BY id")).containsExactly("synced", "not synced");
		this.server.received();
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT item:c");
	}

	@Test
	void columnsThatTheServerDoesNotSendKeepTheirValues() {
		this.phone.execute("INSERT INTO note (id, title, stars) VALUES ('" + A + "', 'first', 5)");
		this.phone.client().sync();
		this.server.account("ann")
			.change("laptop", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"new\"}");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title, stars FROM note")).containsExactly("new|5");
	}

	// 7. changed keys

	@Test
	void aChangedKeyIsADeleteAndAnInsert() {
		note(A, "first");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.server.received();
		this.phone.execute("UPDATE note SET id = '" + B + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:b", "DELETE note:a");
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT id, title FROM note")).containsExactly(B + "|first");
	}

	@Test
	void keysThatTwoRowsExchangeAreTwoUpdates() {
		note(A, "first");
		note(B, "second");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("UPDATE note SET id = '" + C + "' WHERE id = '" + A + "'");
		this.phone.execute("UPDATE note SET id = '" + A + "' WHERE id = '" + B + "'");
		this.phone.execute("UPDATE note SET id = '" + B + "' WHERE id = '" + C + "'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactlyInAnyOrder("UPDATE note:a", "UPDATE note:b");
		assertThat(title(A)).isEqualTo("second");
		assertThat(title(B)).isEqualTo("first");
	}

	// 8. NULL in a BLOB column

	@Test
	void aNullBlobIsNullAndAnEmptyOneIsEmpty() {
		note(A, "none");
		this.phone.execute("INSERT INTO note (id, picture) VALUES ('" + B + "', X'')");
		this.phone.execute("INSERT INTO note (id, picture) VALUES ('" + C + "', X'00FF')");
		this.phone.client().sync();
		assertThat(payload(A).get("picture").isNull()).isTrue();
		assertThat(payload(B).get("picture").asString()).isEmpty();
		assertThat(payload(C).get("picture").asString()).isEqualTo("AP8=");
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT quote(picture) FROM note ORDER BY id")).containsExactly("NULL", "X''",
				"X'00FF'");
	}

	// 9. a download meets a local change

	@Test
	void aDownloadDoesNotOverwriteAPendingRowAndTheResolverSeesBothSides() {
		note(A, "base");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'local'");
		this.server.account("ann")
			.change("laptop", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"server\"}");
		this.decision = Resolution.KEEP_LOCAL;
		assertThat(this.phone.client().downloadOnce(100).conflicts()).hasSize(1);
		assertThat(this.conflicts).singleElement().satisfies((conflict) -> {
			assertThat(conflict.base()).extracting((row) -> row.get("title")).isEqualTo("base");
			assertThat(conflict.local()).extracting((row) -> row.get("title")).isEqualTo("local");
			assertThat(conflict.server()).extracting((row) -> row.get("title")).isEqualTo("server");
		});
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("local");
		this.phone.client().sync();
		assertThat(title(A)).isEqualTo("local");
		assertThat(this.conflicts).hasSize(1);
	}

	@Test
	void aDownloadDoesNotOverwriteARowWhoseUploadIsNotAnswered() {
		note(A, "base");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'local'");
		this.server.loseRequest();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.server.account("ann")
			.change("laptop", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"server\"}");
		this.phone.client().downloadOnce(100);
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("local");
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement()
			.extracting((conflict) -> conflict.local().get("title"), (conflict) -> conflict.server().get("title"))
			.containsExactly("local", "server");
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("server");
		assertThat(this.phone.client().status().held()).isZero();
	}

	@Test
	void aDeleteOfAnotherDeviceDoesNotRemoveAPendingRowUnasked() {
		note(A, "base");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'local'");
		this.server.account("ann").change("laptop", "app.note", "DELETE", A, "");
		this.phone.client().downloadOnce(100);
		assertThat(this.conflicts).singleElement().satisfies((conflict) -> {
			assertThat(conflict.local()).isNotNull();
			assertThat(conflict.server()).isNull();
		});
	}

	// 10. order and starvation

	@Test
	@Tag("prove")
	void manyRowsThatWaitForAParentDoNotHoldOthersBack() {
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("""
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
				INSERT INTO item SELECT printf('10000000-0000-0000-0000-%012d', i), '""" + C + "', 'waits' FROM n");
		note(A, "later");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'last')");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).containsOnlyKeys("app.note:" + A, "app.item:" + B);
		assertThat(this.phone.client().status().waiting()).isEqualTo(1500);
		note(C, "the parent");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(1503);
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void parentsGoBeforeChildrenWhateverTheOrderOfTheWrites() {
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'child')");
		note(A, "parent");
		assertThat(this.phone.client().uploadOnce().applied()).isEqualTo(2);
		this.phone.execute("DELETE FROM note");
		this.phone.execute("DELETE FROM item");
		assertThat(this.phone.client().uploadOnce().applied()).isEqualTo(2);
		assertThat(this.server.received()).containsExactly("INSERT note:a", "INSERT item:b", "DELETE item:b",
				"DELETE note:a");
	}

	// 11. one database, one user

	@Test
	void aSecondUserIsRefused() {
		note(A, "first");
		this.phone.client().close();
		assertThatExceptionOfType(SyncSetupException.class).isThrownBy(() -> this.phone.as("bob/phone").open())
			.withMessageContaining("belongs to the user 'ann'")
			.withMessageContaining("one database file for each user");
		this.phone.as("ann/phone").open().client().sync();
		assertThat(this.server.account("bob").live()).isEmpty();
		assertThat(title(A)).isEqualTo("first");
	}

	// 12. another device id

	@Test
	void aChangedDeviceIdIsTakenOver() {
		note(A, "first");
		this.phone.client().sync();
		note(B, "second");
		this.phone.client().close();
		this.phone.as("ann/phone-2").open().client().sync();
		assertThat(this.server.account("ann").stream()).extracting((entry) -> entry.get("source_id").asString())
			.isEqualTo(List.of("phone", "phone-2"));
		assertThat(this.phone.query("SELECT source_id FROM _sync_state")).containsExactly("phone-2");
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("first", "second");
		assertThat(this.conflicts).isEmpty();
	}

	// 13. locks while HTTP is under way

	@Test
	void theApplicationWritesWhileAHydrationWaits() {
		this.server.account("ann").change("laptop", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"a\"}");
		this.phone.execute("PRAGMA busy_timeout = 0");
		this.server.whileInFlight(() -> note(B, "written meanwhile"));
		this.phone.client().hydrate();
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("a", "written meanwhile");
		this.phone.client().sync();
		assertThat(title(B)).isEqualTo("written meanwhile");
	}

	@Test
	void theApplicationWritesWhileUploadsAndDownloadsWait() {
		this.phone.execute("PRAGMA busy_timeout = 0");
		note(A, "first");
		this.server.whileInFlight(() -> note(B, "during the upload"));
		this.phone.client().uploadOnce();
		this.server.whileInFlight(() -> note(C, "during the download"));
		this.phone.client().downloadOnce(100);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(3);
	}

	// 14. the background

	@Test
	void aPausedBackgroundSyncRests() {
		AtomicInteger rounds = new AtomicInteger();
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onStatus(SyncStatus status) {
				rounds.incrementAndGet();
			}
		});
		note(A, "first");
		this.phone.client().pauseUploads();
		this.phone.client().pauseDownloads();
		this.phone.client().start(Duration.ofHours(1));
		Awaitility.await().until(() -> rounds.get() == 1);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(5))
			.until(() -> rounds.get() == 1);
		assertThat(this.server.requests()).isEmpty();
		this.phone.client().resumeDownloads();
		this.phone.client().resumeUploads();
		Awaitility.await().until(() -> this.phone.client().status().pending() == 0);
		this.phone.client().stop();
		assertThat(rounds.get()).isLessThanOrEqualTo(3);
		assertThat(title(A)).isEqualTo("first");
	}

	// 15. integers

	@Test
	void integersOf64BitsAreExact() {
		this.phone.execute("INSERT INTO note (id, stars) VALUES ('" + A + "', 9223372036854775807)");
		this.phone.execute("INSERT INTO note (id, stars) VALUES ('" + B + "', -9223372036854775807)");
		this.phone.execute("INSERT INTO note (id, stars) VALUES ('" + C + "', 9007199254740993)");
		this.phone.client().sync();
		assertThat(payload(A).get("stars").toString()).isEqualTo("9223372036854775807");
		this.tablet.client().sync();
		assertThat(this.tablet.query("SELECT stars, typeof(stars) FROM note ORDER BY id"))
			.containsExactly("9223372036854775807|integer", "-9223372036854775807|integer", "9007199254740993|integer");
	}

	@Test
	void integersOf64BitsAreExactAlsoAsWhatARowWasBefore() {
		this.phone.execute("INSERT INTO note (id, stars) VALUES ('" + A + "', 9007199254740993)");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET stars = 9007199254740992");
		this.phone.client().sync();
		assertThat(payload(A).get("stars").toString()).isEqualTo("9007199254740992");
		this.phone.execute("UPDATE note SET stars = 9007199254740993");
		this.phone.client().sync();
		this.server.reject((change) -> "bad_payload");
		this.phone.execute("UPDATE note SET title = 'refused'");
		long refused = this.phone.client().uploadOnce().quarantined().get(0).id();
		assertThat(this.phone.client().discardQuarantined(refused)).isTrue();
		assertThat(this.phone.query("SELECT title, stars FROM note")).containsExactly("null|9007199254740993");
	}

	// 16. new columns

	@Test
	void aColumnThatIsAddedIsUploadedAfterTheNextOpen() {
		note(A, "first");
		this.phone.client().sync();
		this.phone.client().close();
		this.phone.execute("ALTER TABLE note ADD COLUMN colour TEXT");
		this.phone.execute("UPDATE note SET colour = 'red'");
		this.phone.open().client().sync();
		assertThat(payload(A).get("colour").asString()).isEqualTo("red");
		this.phone.execute("UPDATE note SET colour = 'blue'");
		this.phone.client().sync();
		assertThat(payload(A).get("colour").asString()).isEqualTo("blue");
	}

	// 17. cascades

	@Test
	void cascadedDeletesReachTheServer() {
		note(A, "parent");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'child')");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("DELETE item:b", "DELETE note:a");
		assertThat(this.server.account("ann").live()).isEmpty();
	}

	@Test
	void deletesThatAReplacedParentCascadesReachTheServer() {
		note(A, "parent");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'child')");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("INSERT OR REPLACE INTO note (id, title) VALUES ('" + A + "', 'new')");
		assertThat(this.phone.query("SELECT * FROM item")).isEmpty();
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a", "DELETE item:b");
	}

	@Test
	void deletesThatAParentReplacedByAUniqueColumnCascadesReachTheServer() {
		this.phone.execute("INSERT INTO note (id, title, slug) VALUES ('" + A + "', 'parent', 'x')");
		this.phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "', 'child')");
		this.phone.client().sync();
		this.server.received();
		this.phone.execute("INSERT OR REPLACE INTO note (id, title, slug) VALUES ('" + C + "', 'new', 'x')");
		assertThat(this.phone.query("SELECT * FROM item")).isEmpty();
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("INSERT note:c", "DELETE item:b", "DELETE note:a");
		assertThat(this.server.account("ann").live()).containsOnlyKeys("app.note:" + C);
	}

	// 18. what is kept

	@Test
	void theBookkeepingDoesNotGrowWithEdits() {
		note(A, "first");
		for (int i = 0; i < 5; i++) {
			for (int edit = 0; edit < 20; edit++) {
				this.phone.execute("UPDATE note SET stars = " + (i * 100 + edit));
			}
			assertThat(this.phone.query("SELECT count(*) FROM _sync_dirty")).containsExactly("1");
			this.phone.client().sync();
		}
		note(B, "never seen by the server");
		this.phone.execute("DELETE FROM note WHERE id = '" + B + "'");
		this.phone.client().sync();
		assertThat(this.phone.query("""
				SELECT (SELECT count(*) FROM _sync_row), (SELECT count(*) FROM _sync_dirty),
				       (SELECT count(*) FROM _sync_outbox), (SELECT count(*) FROM _sync_quarantine),
				       (SELECT count(*) FROM _sync_held), (SELECT count(*) FROM _sync_staged),
				       (SELECT count(*) FROM _sync_spelling)""")).containsExactly("1|0|0|0|0|0|0");
	}

	@Test
	void aServerWithoutItsHistoryIsReportedAndGetsItBack() {
		note(A, "first");
		note(B, "second");
		this.phone.client().sync();
		this.server.account("ann").truncate(1);
		assertThatExceptionOfType(ServerResetException.class).isThrownBy(() -> this.phone.client().downloadOnce(100))
			.withMessageContaining("put back to an earlier state")
			.withMessageContaining("sync()");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(2);
	}

	private void note(String id, String title) {
		this.phone.execute("INSERT INTO note (id, title) VALUES ('" + id + "', '" + title + "')");
	}

	private JsonNode payload(String note) {
		return this.server.account("ann").live().get("app.note:" + note);
	}

	private String title(String note) {
		return payload(note).get("title").asString();
	}

}
