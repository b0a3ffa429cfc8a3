/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.store.ChangeIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The server's database is put back to an earlier state, or wiped.
 */
class RestoredServerTests {

	private static final String X = "00000000-0000-0000-0000-00000000000a";

	private static final String Y = "00000000-0000-0000-0000-00000000000b";

	private static final String Z = "00000000-0000-0000-0000-00000000000c";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	private final List<Recovery> recoveries = new ArrayList<>();

	private final List<ResolvedConflict> conflicts = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
		listen(this.phone);
	}

	private void listen(TestDevice device) {
		device.client().addListener(new SyncListener() {
			@Override
			public void onRecovery(Recovery recovery) {
				RestoredServerTests.this.recoveries.add(recovery);
			}

			@Override
			public void onConflict(ResolvedConflict conflict) {
				RestoredServerTests.this.conflicts.add(conflict);
			}
		});
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private ModelServer.Account account() {
		return this.server.account("ann");
	}

	private void insert(TestDevice device, String key, String title) {
		device.execute("INSERT INTO note VALUES ('" + key + "', '" + title + "')");
	}

	private void update(TestDevice device, String key, String title) {
		device.execute("UPDATE note SET title = '" + title + "' WHERE id = '" + key + "'");
	}

	private void syncAll() {
		for (int round = 0; round < 2; round++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
	}

	private void allAre(String... rows) {
		syncAll();
		for (TestDevice device : List.of(this.phone, this.tablet)) {
			assertThat(device.query("SELECT substr(id, 36) || ' ' || title FROM note ORDER BY id"))
				.as("%s", device.file().getFileName())
				.containsExactly(rows);
			SyncStatus status = device.client().status();
			assertThat(status.pending() + status.held() + status.quarantined()).as("%s", status).isZero();
		}
		List<String> live = new ArrayList<>();
		account().live()
			.forEach((name, row) -> live.add(name.substring(name.length() - 1) + " " + row.get("title").asString()));
		assertThat(live).containsExactly(rows);
		int changes = account().stream().size();
		syncAll();
		assertThat(account().stream()).as("at rest").hasSize(changes);
	}

	/** Both devices have three notes, two of them edited; two changes were made last. */
	private void history() {
		insert(this.phone, X, "x1");
		insert(this.phone, Y, "y1");
		syncAll();
		update(this.phone, X, "x2");
		insert(this.phone, Z, "z1");
		syncAll();
		assertThat(account().stream()).hasSize(4);
	}

	/** What it has collected is of the lost history. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aComparisonThatTheLossInterruptsBeginsAgain(boolean deleted) {
		history();
		boolean[] cut = { true };
		this.phone.with((builder) -> builder.downloadPage(1).http((request) -> {
			String uri = request.uri().toString();
			if (cut[0] && uri.contains("after=3") && uri.contains("until=")) {
				throw new IOException("for a test");
			}
			return this.server.exchange(request);
		})).reopen();
		this.phone.execute("""
				CREATE TABLE rebuilt (id TEXT PRIMARY KEY, title TEXT);
				INSERT INTO rebuilt SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE rebuilt RENAME TO note;
				""");
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		assertThat(this.phone.query("SELECT count(*) FROM _sync_image")).as("collected").isNotEqualTo(List.of("0"));
		account().truncate(2);
		account().change("web", "app.note", deleted ? "DELETE" : "UPDATE", X,
				deleted ? null : "{\"id\":\"" + X + "\",\"title\":\"web\"}");
		cut[0] = false;
		syncAll();
		syncAll();
		List<String> live = new ArrayList<>();
		account().live().forEach((name, row) -> live.add(row.get("title").asString()));
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).isEqualTo(live)
			.isEqualTo(this.tablet.query("SELECT title FROM note ORDER BY id"));
		assertThat(this.phone.query("SELECT count(*) FROM _sync_image")).containsExactly("0");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEditThatNothingWatchedWhileARecoveryWasInterruptedIsAConflict(boolean deleted) {
		history();
		boolean[] cut = { true };
		List<Conflict> told = new ArrayList<>();
		this.phone.with((builder) -> builder.downloadPage(1).resolver((conflict) -> {
			told.add(conflict);
			return Resolution.TAKE_SERVER;
		}).http((request) -> {
			String uri = request.uri().toString();
			if (cut[0] && uri.contains("after=3") && uri.contains("include_self=true&until=")) {
				throw new IOException("for a test");
			}
			return this.server.exchange(request);
		})).reopen();
		account().truncate(3);
		account().change("web", "app.note", deleted ? "DELETE" : "UPDATE", X,
				deleted ? null : "{\"id\":\"" + X + "\",\"title\":\"web\"}");
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		assertThat(this.phone.query("SELECT count(*) FROM _sync_staged")).as("staged").isNotEqualTo(List.of("0"));
		this.phone.execute("""
				CREATE TABLE rebuilt (id TEXT PRIMARY KEY, title TEXT);
				INSERT INTO rebuilt SELECT * FROM note;
				DROP TABLE note;
				ALTER TABLE rebuilt RENAME TO note;
				""" + "UPDATE note SET title = 'mine' WHERE id = '" + X + "'");
		this.phone.client().tablesChanged();
		cut[0] = false;
		syncAll();
		syncAll();
		assertThat(told).singleElement()
			.satisfies((conflict) -> assertThat(conflict.local().get("title")).isEqualTo("mine"));
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id"))
			.isEqualTo(this.tablet.query("SELECT title FROM note ORDER BY id"));
	}

	@Test
	void aServerThatLostItsLastChangesGetsThemBack() {
		history();
		account().truncate(2);
		this.phone.client().sync();
		assertThat(this.recoveries).singleElement().satisfies((recovery) -> {
			assertThat(recovery.reason()).isEqualTo(Recovery.Reason.SERVER_PUT_BACK);
			assertThat(recovery.message()).contains("ends at 2", "had reached 4");
			assertThat(recovery.reuploads()).isEqualTo(2);
		});
		allAre("a x2", "b y1", "c z1");
		assertThat(this.recoveries).hasSize(1);
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void anEditThatIsMadeWhenAnUploadBeginsIsNotSentBeforeTheServerIsLookedAt() {
		history();
		this.phone.close();
		this.phone = new TestDevice(this.folder, this.server, "ann/laptop", DDL, "note");
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + this.phone.file());
		this.phone.with((builder) -> builder.dataSource(database.dataSource())).open();
		this.phone.client().sync();
		account().truncate(2);
		this.server.uploads().clear();
		database.beforeNext("BEGIN IMMEDIATE", () -> insert(this.phone, "00000000-0000-0000-0000-00000000000d", "d1"));
		assertThatExceptionOfType(ServerResetException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		assertThat(this.server.uploads()).isEmpty();
		allAre("a x2", "b y1", "c z1", "d d1");
	}

	@Test
	void aServerThatWasWipedGetsEverythingBack() {
		history();
		account().truncate(0);
		allAre("a x2", "b y1", "c z1");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void rowsThatGoBackDoNotShareANumberWhichTheServerWouldLookUpForAllOfThem() {
		history();
		account().truncate(0);
		this.server.uploads().clear();
		this.phone.client().sync();
		List<Long> ids = new ArrayList<>();
		this.server.uploads()
			.forEach((upload) -> upload.get("changes")
				.forEach((change) -> ids.add(change.get("source_change_id").asLong())));
		assertThat(ids).hasSize(3).doesNotHaveDuplicates().allMatch((id) -> ChangeIds.lostVersion(id) > 0);
	}

	@Test
	void aServerThatWasWipedBeforeTheFirstDownloadGetsEverythingBack() {
		insert(this.phone, X, "x1");
		this.phone.client().uploadOnce();
		account().truncate(0);
		allAre("a x1");
	}

	@Test
	void editsThatWereNotSentYetAreSentOnTopOfWhatTheServerHas() {
		history();
		update(this.phone, X, "x3");
		this.phone.execute("DELETE FROM note WHERE id = '" + Y + "'");
		account().truncate(2);
		allAre("a x3", "c z1");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void aDeleteThatTheServerLostIsDoneAgain() {
		history();
		this.phone.execute("DELETE FROM note WHERE id = '" + Y + "'");
		syncAll();
		account().truncate(4);
		allAre("a x2", "c z1");
	}

	@Test
	void anotherDeviceMayHaveWrittenUntilThePositionWasPassed() {
		history();
		account().truncate(2);
		for (int i = 0; i < 5; i++) {
			account().change("web", "app.note", "INSERT", "10000000-0000-0000-0000-00000000000" + i,
					"{\"id\":\"10000000-0000-0000-0000-00000000000" + i + "\",\"title\":\"web\"}");
		}
		this.phone.client().sync();
		assertThat(this.recoveries).singleElement()
			.satisfies((recovery) -> assertThat(recovery.message()).contains("is another one"));
		allAre("a x2", "b y1", "c z1", "0 web", "1 web", "2 web", "3 web", "4 web");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatWasConfirmedButNotDownloadedComesBackAlsoWhenOthersHaveWrittenSince(boolean deleted) {
		history();
		if (deleted) {
			this.phone.execute("DELETE FROM note WHERE id = '" + X + "'");
		}
		else {
			update(this.phone, X, "x3");
		}
		this.phone.client().uploadOnce();
		account().truncate(4);
		for (int i = 0; i < 3; i++) {
			insert(this.tablet, "00000000-0000-0000-0000-00000000000" + (char) ('d' + i), "new");
			this.tablet.client().sync();
		}
		this.phone.client().sync();
		assertThat(this.recoveries).extracting(Recovery::reason).containsExactly(Recovery.Reason.SERVER_PUT_BACK);
		if (deleted) {
			allAre("b y1", "c z1", "d new", "e new", "f new");
		}
		else {
			allAre("a x3", "b y1", "c z1", "d new", "e new", "f new");
		}
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void whatIsConfirmedAfterItWasSeenIsNotMissed() {
		history();
		update(this.phone, X, "x3");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.reopen();
		listen(this.phone);
		this.phone.client().downloadOnce(100);
		this.phone.client().uploadOnce();
		insert(this.tablet, "00000000-0000-0000-0000-00000000000d", "d1");
		this.tablet.client().sync();
		update(this.phone, Y, "y2");
		this.phone.client().pauseDownloads();
		this.phone.client().sync();
		update(this.phone, Y, "y3");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		this.phone.client().resumeDownloads();
		allAre("a x3", "b y3", "d d1");
		assertThat(this.recoveries).isEmpty();
	}

	@Test
	void anotherDeviceMayHaveWrittenExactlyUntilThePosition() {
		history();
		account().truncate(3);
		account().change("web", "app.note", "UPDATE", Y, "{\"id\":\"" + Y + "\",\"title\":\"web\"}");
		insert(this.phone, "00000000-0000-0000-0000-00000000000d", "d1");
		allAre("a x2", "b web", "c z1", "d d1");
	}

	@Test
	void aVersionThatWasHandedOutTwiceIsAConflictAndNeitherSideOverwritesTheOtherSilently() {
		history();
		account().truncate(2);
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"web\"}");
		account().change("web", "app.note", "INSERT", Z, "{\"id\":\"" + Z + "\",\"title\":\"z1\"}");
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement().satisfies((resolved) -> {
			assertThat(resolved.conflict().local().get("title")).isEqualTo("x2");
			assertThat(resolved.conflict().server().get("title")).isEqualTo("web");
		});
		allAre("a web", "b y1", "c z1");
	}

	@Test
	void aPendingEditOfAVersionThatWasHandedOutTwiceIsAConflict() {
		history();
		update(this.phone, X, "x3");
		account().truncate(2);
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"web\"}");
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"web 2\"}");
		account().change("web", "app.note", "INSERT", Z, "{\"id\":\"" + Z + "\",\"title\":\"z1\"}");
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement()
			.satisfies((resolved) -> assertThat(resolved.conflict().local().get("title")).isEqualTo("x3"));
		allAre("a web 2", "b y1", "c z1");
	}

	@Test
	void anUploadWithoutAnAnswerThatTheServerLostIsSentAgain() {
		history();
		update(this.phone, X, "x3");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		account().truncate(3);
		allAre("a x3", "b y1", "c z1");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void anUploadWithoutAnAnswerThatTheServerStillHasIsNotAConflictWithItself() {
		history();
		update(this.phone, Y, "y2");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		update(this.phone, Y, "y3");
		insert(this.tablet, "00000000-0000-0000-0000-00000000000d", "d1");
		this.tablet.client().sync();
		this.phone.client().downloadOnce(100);
		account().truncate(5);
		allAre("a x2", "b y3", "c z1", "d d1");
		assertThat(this.conflicts).isEmpty();
		assertThat(this.recoveries).isNotEmpty();
	}

	/**
	 * The phone's edit is version 2; the tablet, which has not seen it, makes another
	 * version 2 on the server that has lost the phone's.
	 */
	private void branch() {
		insert(this.tablet, X, "x1");
		syncAll();
		update(this.phone, X, "mine");
		this.phone.client().uploadOnce();
		account().truncate(0);
		update(this.tablet, X, "theirs");
		this.tablet.client().sync();
	}

	private void assertToldOnce(String theirs) {
		assertThat(this.conflicts).singleElement().satisfies((resolved) -> {
			assertThat(resolved.conflict().local().get("title")).isEqualTo("mine");
			assertThat(resolved.conflict().server().get("title")).isEqualTo(theirs);
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4 })
	void aConfirmedEditIsNotLostSilentlyHoweverOftenTheServerIsLost(int losses) {
		branch();
		for (int loss = 1; loss < losses; loss++) {
			account().truncate(0);
			this.tablet.client().sync();
		}
		this.phone.client().sync();
		assertToldOnce("theirs");
		allAre("a theirs");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEditOfARowThatWasLostTwiceDoesNotHideThatAnotherOneIsLost(boolean beforeRecovery) {
		branch();
		account().truncate(0);
		if (beforeRecovery) {
			update(this.tablet, X, "theirs 2");
		}
		else {
			this.tablet.client().hydrate();
			update(this.tablet, X, "theirs 2");
		}
		this.tablet.client().sync();
		this.phone.client().sync();
		assertToldOnce("theirs 2");
		allAre("a theirs 2");
	}

	@Test
	void anEditAfterARowWentBackTwiceDoesNotHideThatAnotherOneIsLost() {
		branch();
		account().truncate(0);
		this.tablet.client().sync();
		update(this.tablet, X, "theirs 2");
		this.tablet.client().sync();
		this.phone.client().sync();
		assertToldOnce("theirs 2");
		allAre("a theirs 2");
	}

	@Test
	void aHigherNumberDoesNotOverwriteSilentlyWhatASecondServerHas() {
		insert(this.tablet, X, "x1");
		syncAll();
		for (String title : List.of("1", "2", "3", "4", "mine")) {
			update(this.phone, X, title);
			this.phone.client().uploadOnce();
		}
		account().truncate(0);
		update(this.tablet, X, "theirs");
		this.tablet.client().sync();
		account().truncate(0);
		this.tablet.client().sync();
		this.phone.client().sync();
		assertToldOnce("theirs");
		allAre("a mine");
	}

	@Test
	void aDeviceThatBeganWithTheSecondServerDoesNotHideWhatTheFirstHad() {
		insert(this.tablet, Y, "y1");
		branch();
		update(this.tablet, X, "theirs 2");
		this.tablet.client().sync();
		try (TestDevice laptop = new TestDevice(this.folder, this.server, "ann/laptop", DDL, "note").open()) {
			laptop.client().sync();
			account().truncate(0);
			laptop.client().sync();
		}
		this.phone.client().sync();
		assertToldOnce("theirs 2");
		allAre("a theirs 2", "b y1");
	}

	@Test
	void aDeleteDoesNotRemoveSilentlyWhatASecondServerHad() {
		insert(this.tablet, X, "x1");
		syncAll();
		update(this.phone, X, "x2");
		this.phone.client().uploadOnce();
		this.phone.execute("DELETE FROM note");
		this.phone.client().uploadOnce();
		account().truncate(0);
		update(this.tablet, X, "theirs");
		this.tablet.client().sync();
		account().truncate(0);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement()
			.satisfies((resolved) -> assertThat(resolved.conflict().server().get("title")).isEqualTo("theirs"));
	}

	@Test
	void anUnansweredEditOfARowThatWasLostTwiceIsKnownAgain() {
		branch();
		account().truncate(0);
		this.tablet.client().hydrate();
		update(this.tablet, X, "theirs 2");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.tablet.client().uploadOnce());
		this.tablet.reopen();
		listen(this.tablet);
		this.tablet.client().hydrate();
		this.tablet.client().sync();
		assertThat(this.conflicts).isEmpty();
		this.phone.client().sync();
		assertToldOnce("theirs 2");
		allAre("a theirs 2");
	}

	@Test
	void theSameContentThatWentBackTwiceIsNoConflict() {
		history();
		for (int loss = 0; loss < 2; loss++) {
			account().truncate(0);
			this.tablet.client().sync();
		}
		allAre("a x2", "b y1", "c z1");
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void aRowThatWasNewerOnAnotherDeviceComesBackInItsNewestVersion() {
		history();
		update(this.tablet, X, "x3");
		this.tablet.client().sync();
		account().truncate(1);
		this.phone.client().sync();
		allAre("a x3", "b y1", "c z1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aRowThatTheServerLostComesBackInItsNewestVersionWhoeverIsFirst(boolean newestFirst) {
		history();
		for (int i = 3; i < 6; i++) {
			update(this.tablet, Z, "z" + i);
			this.tablet.client().sync();
		}
		account().truncate(2);
		(newestFirst ? this.tablet : this.phone).client().sync();
		allAre("a x2", "b y1", "c z5");
		assertThat(this.conflicts).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aStaleCopyGivesWayToTheNewestAlsoIfBothAreAboutToGoBack(boolean downloads) {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		listen(this.phone);
		history();
		for (int i = 3; i < 6; i++) {
			update(this.tablet, Z, "z" + i);
			this.tablet.client().sync();
		}
		account().truncate(2);
		this.tablet.client().hydrate();
		this.phone.client().hydrate();
		this.tablet.client().sync();
		if (downloads) {
			this.phone.client().downloadOnce(100);
		}
		allAre("a x2", "b y1", "c z5");
	}

	@Test
	void whatAnotherDeviceHasWrittenSinceIsNotOverwrittenSilently() {
		history();
		update(this.phone, X, "x3");
		syncAll();
		account().truncate(2);
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"web\"}");
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement()
			.satisfies((resolved) -> assertThat(resolved.conflict().server().get("title")).isEqualTo("web"));
		allAre("a web", "b y1", "c z1");
	}

	@Test
	void aStaleCopyDoesNotOverwriteWhatANewerDeviceHasBroughtBack() {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		listen(this.phone);
		history();
		for (int i = 3; i < 9; i++) {
			update(this.tablet, X, "x" + i);
			this.tablet.client().sync();
		}
		account().truncate(1);
		this.tablet.client().sync();
		update(this.tablet, X, "x9");
		this.tablet.client().sync();
		allAre("a x9", "b y1", "c z1");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aDeleteThatTheServerLostTogetherWithItsRowWinsOverAnOlderCopy(boolean deletedFirst) {
		history();
		update(this.tablet, Z, "z2");
		syncAll();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		account().truncate(2);
		(deletedFirst ? this.phone : this.tablet).client().sync();
		(deletedFirst ? this.tablet : this.phone).client().sync();
		syncAll();
		if (deletedFirst) {
			allAre("a x2", "b y1");
		}
		else {
			// both are at version 3 then
			assertThat(this.conflicts).hasSize(1);
			allAre("a x2", "b y1", "c z2");
		}
	}

	/** Nothing of the stream was downloaded that would show the loss. */
	@Test
	void aRowThatOnlyAConflictHasShownDoesNotHideThatTheServerWasPutBack() {
		insert(this.tablet, X, "tablet");
		this.tablet.client().sync();
		update(this.tablet, X, "edited");
		this.tablet.client().sync();
		insert(this.phone, X, "phone");
		this.phone.client().uploadOnce();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("edited");
		account().truncate(0);
		for (String key : List.of(X, Y)) {
			account().change("web", "app.note", "INSERT", key, "{\"id\":\"" + key + "\",\"title\":\"web\"}");
		}
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(1);
		allAre("a web", "b web");
	}

	/** What was confirmed before it is gone. */
	@Test
	void aLastUploadThatArrivesOnceMoreDoesNotHideThatTheServerWasPutBack() throws IOException {
		List<SyncHttp.Request> uploads = new ArrayList<>();
		history();
		this.phone.with((builder) -> builder.uploadBatch(1, 1_000_000).http((request) -> {
			if (request.method().equals("POST")) {
				uploads.add(request);
			}
			else if (uploads.size() == 2) {
				throw new IOException("for a test");
			}
			return this.server.exchange(request);
		})).reopen();
		listen(this.phone);
		update(this.phone, X, "x3");
		update(this.phone, Y, "y2");
		assertThatExceptionOfType(NetworkException.class).isThrownBy(this.phone.client()::sync);
		account().truncate(4);
		this.server.exchange(uploads.get(1));
		webWrites(2);
		uploads.clear();
		allAre("a x3", "b y2", "c z1", "0 web", "1 web");
		assertThat(this.recoveries).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aDeleteOfANewRowWhoseAnswerWasLostIsNotUndoneByAnotherDevice(boolean edited) {
		history();
		String added = X.replace('a', 'd');
		insert(this.phone, added, "d1");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(this.phone.client()::uploadOnce);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM note WHERE id = '" + added + "'");
		if (edited) {
			update(this.tablet, added, "d2");
		}
		account().truncate(2);
		this.phone.client().sync();
		this.tablet.client().sync();
		if (edited) {
			syncAll();
			assertThat(this.conflicts).hasSize(1);
			allAre("a x2", "b y1", "c z1", "d d2");
		}
		else {
			allAre("a x2", "b y1", "c z1");
		}
	}

	@ParameterizedTest
	@CsvSource({ "true, 1", "true, 4", "false, 1", "false, 4" })
	void aDeleteThatTheServerLostDoesNotRemoveAnotherDevicesEditSilently(boolean deletedFirst, int versions) {
		history();
		for (int i = 2; i <= versions; i++) {
			update(this.phone, Z, "z" + i);
			this.phone.client().sync();
		}
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		update(this.tablet, Z, "edited");
		account().truncate(2);
		(deletedFirst ? this.phone : this.tablet).client().sync();
		(deletedFirst ? this.tablet : this.phone).client().sync();
		this.phone.client().sync();
		assertDeleteMet("edited");
		allAre("a x2", "b y1", "c edited");
	}

	@Test
	void anEditOfARowThatIsAboutToComeBackIsAnEdit() {
		history();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		account().truncate(2);
		this.phone.client().sync();
		this.tablet.client().pauseUploads();
		this.tablet.client().sync();
		update(this.tablet, Z, "edited");
		this.tablet.client().resumeUploads();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertDeleteMet("edited");
		allAre("a x2", "b y1", "c edited");
	}

	@Test
	void anUnwatchedEditOfARowThatIsAboutToComeBackIsAnEdit() {
		history();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		account().truncate(2);
		this.phone.client().sync();
		this.tablet.client().pauseUploads();
		this.tablet.client().sync();
		this.tablet.execute("""
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
				INSERT INTO note SELECT * FROM old_note;
				DROP TABLE old_note;
				UPDATE note SET title = 'edited' WHERE title = 'z1';
				""");
		this.tablet.client().resumeUploads();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertDeleteMet("edited");
		allAre("a x2", "b y1", "c edited");
	}

	private void assertDeleteMet(String title) {
		assertThat(this.conflicts).singleElement().satisfies((resolved) -> {
			assertThat(resolved.conflict().local()).isNull();
			assertThat(resolved.conflict().server().get("title")).isEqualTo(title);
		});
	}

	@Test
	void aNewerCopyDoesNotOverwriteAnEditOfAnOlderOneSilently() {
		history();
		for (int i = 2; i < 6; i++) {
			update(this.phone, Z, "z" + i);
			this.phone.client().sync();
		}
		update(this.tablet, Z, "edited");
		account().truncate(2);
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.conflicts).singleElement().satisfies((resolved) -> {
			assertThat(resolved.conflict().local().get("title")).isEqualTo("z5");
			assertThat(resolved.conflict().server().get("title")).isEqualTo("edited");
		});
		allAre("a x2", "b y1", "c edited");
	}

	@Test
	void aRowThatVanishedUnwatchedIsNotDeletedWhenAnotherDeviceBringsItBack() {
		history();
		update(this.phone, Z, "z2");
		this.phone.client().sync();
		update(this.phone, Z, "z3");
		this.phone.client().sync();
		this.phone.client().pauseDownloads();
		this.phone.execute("DROP TABLE note;\n" + DDL);
		this.phone.client().sync();
		this.phone.client().resumeDownloads();
		account().truncate(2);
		this.phone.client().sync();
		this.tablet.client().sync();
		allAre("a x2", "b y1", "c z1");
	}

	@Test
	void aServerThatIsPutBackAgainLosesNothingThatWentBackUnseen() {
		history();
		account().truncate(2);
		this.phone.client().hydrate();
		assertThat(this.phone.client().uploadOnce().applied()).isEqualTo(2);
		account().truncate(2);
		webWrites(3);
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(2);
		allAre("a x2", "b y1", "c z1", "0 web", "1 web", "2 web");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aChangeThatWasSentAloneAfterOthersIsNotForgotten(boolean othersSeen) {
		history();
		update(this.phone, X, "x3");
		this.server.answer(500, Map.of(), "");
		assertThatExceptionOfType(ServerException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		update(this.phone, Y, "y2");
		this.phone.client().uploadOnce();
		if (othersSeen) {
			this.phone.reopen();
			listen(this.phone);
			this.phone.client().downloadOnce(100);
		}
		assertThat(this.phone.client().uploadOnce().applied()).isEqualTo(1);
		account().truncate(5);
		webWrites(2);
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(1);
		allAre("a x3", "b y2", "c z1", "0 web", "1 web");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatWentBackAndWasSeenBeforeItsAnswerIsNotMissed(boolean inParts) {
		history();
		account().truncate(2);
		this.phone.client().hydrate();
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.reopen();
		listen(this.phone);
		this.phone.client().downloadOnce(inParts ? 1 : 100);
		this.phone.client().uploadOnce();
		allAre("a x2", "b y1", "c z1");
		assertThat(this.recoveries).hasSize(1);
	}

	private void webWrites(int rows) {
		for (int i = 0; i < rows; i++) {
			account().change("web", "app.note", "INSERT", "10000000-0000-0000-0000-00000000000" + i,
					"{\"id\":\"10000000-0000-0000-0000-00000000000" + i + "\",\"title\":\"web\"}");
		}
	}

	@Test
	void aDeleteOfARowThatTheServerHasLostIsNotUndoneByAnotherDevice() {
		history();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		account().truncate(2);
		this.phone.client().sync();
		this.tablet.client().sync();
		allAre("a x2", "b y1");
	}

	@Test
	void aRowThatTheServerHasLostAndRefusesCanBeDiscarded() {
		history();
		account().truncate(2);
		this.server.reject((change) -> change.get("pk").asString().equals(Z) ? "bad_payload" : null);
		this.phone.client().sync();
		QuarantinedChange refused = this.phone.client().quarantined().get(0);
		assertThat(this.phone.client().discardQuarantined(refused.id())).isTrue();
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note ORDER BY id")).containsExactly("x2", "y1");
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aNewRowUnderTheKeyOfOneThatWasLostIsNotDeleted() {
		history();
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		syncAll();
		account().truncate(2);
		this.phone.client().sync();
		account().change("web", "app.note", "INSERT", Z, "{\"id\":\"" + Z + "\",\"title\":\"new\"}");
		allAre("a x2", "b y1", "c new");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEpochThatTheServerNamesIsBelieved(boolean header) {
		this.server.epoch("one", header);
		history();
		this.server.epoch("two", header);
		this.phone.reopen();
		listen(this.phone);
		this.phone.client().sync();
		update(this.phone, X, "x3");
		this.phone.client().sync();
		assertThat(this.recoveries).singleElement()
			.satisfies((recovery) -> assertThat(recovery.message()).contains("epoch two and not one"));
		allAre("a x3", "b y1", "c z1");
	}

	@Test
	void aServerThatGetsAnEpochIsTheSame() {
		history();
		this.server.epoch("one", true);
		insert(this.tablet, "00000000-0000-0000-0000-00000000000d", "d1");
		allAre("a x2", "b y1", "c z1", "d d1");
		assertThat(this.recoveries).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void anAppliedVersionThatDoesNotContinueTheKnownOneIsEvidenceAndIsNotSettled(int version) {
		history();
		update(this.phone, X, "x3");
		this.phone.client().downloadOnce(100);
		this.server.answer(200, Map.of(), """
				{"accepted":true,"highest_server_seq":4,
				"statuses":[{"source_change_id":1,"status":"applied","new_server_version":%d}]}""".formatted(version));
		assertThatExceptionOfType(ServerResetException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		assertThat(this.phone.client().status().recovering()).isTrue();
		allAre("a x3", "b y1", "c z1");
		assertThat(this.phone.client().status().recovering()).isFalse();
	}

	@Test
	void anAnswerOfAnEarlierVersionIsEvidenceAndIsNotSettled() {
		history();
		update(this.phone, X, "x3");
		this.phone.client().downloadOnce(100);
		this.server.answer(200, Map.of(), """
				{"accepted":true,"highest_server_seq":4,"statuses":[{"source_change_id":1,"status":"conflict",
				"server_row":{"schema_name":"app","table_name":"note","id":"%s","server_version":1,"deleted":false,
				"payload":{"id":"%s","title":"x1"}}}]}""".formatted(X, X));
		assertThatExceptionOfType(ServerResetException.class).isThrownBy(() -> this.phone.client().uploadOnce())
			.withMessageContaining("is at version 1 there, and was at 2");
		assertThatExceptionOfType(ServerResetException.class).as("also after a crash")
			.isThrownBy(() -> this.phone.reopen().client().uploadOnce());
		assertThat(this.phone.query("SELECT title FROM note WHERE id = '" + X + "'")).containsExactly("x3");
		allAre("a x3", "b y1", "c z1");
	}

	@Test
	void nothingIsSentToAServerThatWasPutBackWhileDownloadsArePaused() {
		history();
		account().truncate(2);
		update(this.phone, X, "x3");
		this.phone.client().pauseDownloads();
		this.server.uploads().clear();
		assertThatExceptionOfType(ServerResetException.class).isThrownBy(() -> this.phone.client().sync());
		assertThat(this.server.uploads()).isEmpty();
		this.phone.client().resumeDownloads();
		allAre("a x3", "b y1", "c z1");
	}

	@Test
	void anEditThatNoTriggerHasSeenIsAConflict() {
		history();
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		account().truncate(2);
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"w2\"}");
		account().change("web", "app.note", "UPDATE", X, "{\"id\":\"" + X + "\",\"title\":\"w3\"}");
		this.phone.execute("""
				ALTER TABLE note RENAME TO old_note;
				CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
				INSERT INTO note SELECT * FROM old_note;
				DROP TABLE old_note;
				UPDATE note SET title = 'mine' WHERE id = '%s';
				""".formatted(X));
		allAre("a mine", "b y1", "c z1");
	}

	@Test
	void aRecoveryThatIsInterruptedGoesOn() {
		history();
		update(this.phone, X, "x3");
		account().truncate(2);
		this.phone.with((builder) -> builder.downloadPage(1)).reopen();
		listen(this.phone);
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		this.phone.reopen();
		listen(this.phone);
		allAre("a x3", "b y1", "c z1");
		assertThat(this.recoveries).hasSize(1);
	}

	@Test
	void hydrateRecoversAsWell() {
		history();
		account().truncate(2);
		HydrateResult result = this.phone.client().hydrate();
		assertThat(result.reuploads()).isEqualTo(2);
		assertThat(this.recoveries).hasSize(1);
		allAre("a x2", "b y1", "c z1");
	}

	@Test
	void aDatabaseAndAServerThatAreBothPutBackConverge() {
		history();
		Path copy = this.phone.backup("copy");
		update(this.phone, X, "x3");
		insert(this.phone, "00000000-0000-0000-0000-00000000000d", "d1");
		syncAll();
		this.phone.putBack(copy);
		account().truncate(3);
		allAre("a x3", "b y1", "c z1", "d d1");
	}

	@Test
	void aTableThatIsAddedDoesNotHideThatTheServerWasPutBack() {
		history();
		account().truncate(2);
		this.phone.execute("CREATE TABLE item (id TEXT PRIMARY KEY)");
		this.phone.with((builder) -> builder.tables("item")).reopen();
		this.phone.client().sync();
		allAre("a x2", "b y1", "c z1");
	}

	/**
	 * Two states of the server are put back in turn, and at this device's position both
	 * have a change of this device.
	 * @param first what the state has that is put back last, beyond the other
	 * @param second what is written here after the other state was put back
	 * @param rows of how many rows
	 * @param more how many changes of others the state has in addition
	 */
	@ParameterizedTest
	@CsvSource({ "insert, edit, 1, 0", "insert, edit, 3, 0", "insert, edit, 1, 2", "insert, edit, 3, 2",
			"edit, edit, 1, 0", "edit, edit, 3, 0", "edit, edit, 1, 2", "edit, delete, 1, 0", "edit, delete, 3, 0",
			"edit, delete, 3, 2", "delete, insert, 1, 0", "delete, insert, 3, 0", "delete, insert, 1, 2",
			"insert, delete, 1, 0", "insert, delete, 3, 2", "delete, none, 3, 0", "insert, none, 3, 0",
			"edit, none, 1, 2" })
	void aServerThatIsPutBackTwiceIsNoticedAlsoIfItHasAnotherChangeOfThisDevice(String first, String second, int rows,
			int more) {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		start(first, rows);
		Runnable older = account().copy();
		write(first, rows, "first");
		this.phone.client().sync();
		webWrites(more);
		Runnable newer = account().copy();
		older.run();
		write(second, rows, "second");
		this.phone.client().sync();
		newer.run();
		assertSecondWins(first, second, rows, more);
	}

	@ParameterizedTest
	@CsvSource({ "phone, false", "phone, true", "tablet, false", "tablet, true" })
	void aDeleteOfARowThatOnlyOneStateOfTheServerHasIsNotUndoneSilently(String inserter, boolean sent) {
		Runnable older = account().copy();
		insert(inserter.equals("phone") ? this.phone : this.tablet, X, "x1");
		this.tablet.client().sync();
		this.phone.client().sync();
		Runnable newer = account().copy();
		this.phone.execute("DELETE FROM note");
		if (sent) {
			this.phone.client().sync();
		}
		older.run();
		this.phone.client().sync();
		newer.run();
		this.phone.client().sync();
		assertDeleteMet("x1");
		allAre("a x1");
	}

	/**
	 * The first history had the tablet's edit as version 2, and the second one has the
	 * phone's.
	 */
	@ParameterizedTest
	@CsvSource({ "download", "upload", "both" })
	void editsThatGetTheSameVersionInTwoHistoriesDoNotOverwriteEachOtherSilently(String firstOf) {
		insert(this.phone, X, "x1");
		syncAll();
		update(this.tablet, X, "tablet");
		this.tablet.client().sync();
		update(this.phone, X, "phone");
		account().truncate(0);
		this.tablet.client().pauseUploads();
		this.tablet.client().sync();
		listen(this.tablet);
		this.phone.client().sync();
		if (firstOf.equals("both")) {
			this.tablet.client().sync();
		}
		this.tablet.client().resumeUploads();
		if (firstOf.equals("upload")) {
			this.tablet.client().uploadOnce();
		}
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.conflicts).isNotEmpty().allSatisfy((resolved) -> {
			assertThat(resolved.conflict().local().get("title")).isEqualTo("tablet");
			assertThat(resolved.conflict().server().get("title")).isEqualTo("phone");
		});
		allAre("a phone");
	}

	/** The edit was lost with the row, and the delete did not know of it. */
	@Test
	void aDeleteIsNotUndoneSilentlyByAnEditThatTheServerLost() {
		insert(this.phone, X, "x1");
		syncAll();
		update(this.tablet, X, "edited");
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM note");
		account().truncate(0);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertDeleteMet("edited");
		allAre("a edited");
	}

	@Test
	void aDeleteIsNotUndoneSilentlyByAnInsertThatIsSentAgain() {
		insert(this.tablet, X, "x1");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.tablet.client().uploadOnce());
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note");
		account().truncate(0);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertDeleteMet("x1");
		allAre("a x1");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void aServerThatIsPutBackTwiceIsNoticedAlsoIfItsStreamIsShorter(int rows) {
		Runnable older = account().copy();
		write("insert", rows, "first");
		this.phone.client().sync();
		Runnable newer = account().copy();
		older.run();
		write("edit", rows, "second");
		insert(this.phone, "00000000-0000-0000-0000-00000000000f", "new");
		this.phone.client().sync();
		newer.run();
		this.phone.client().sync();
		List<String> expected = titled(rows, "second");
		expected.add("f new");
		allAre(expected.toArray(String[]::new));
		assertThat(this.conflicts).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void aServerThatIsPutBackThreeTimesIsNoticedEachTime(int rows) {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).reopen();
		listen(this.phone);
		List<Runnable> states = new ArrayList<>();
		write("insert", rows, "0");
		for (int state = 1; state <= 3; state++) {
			this.phone.client().sync();
			states.add(account().copy());
			account().truncate(0);
			write("edit", rows, String.valueOf(state));
		}
		this.phone.client().sync();
		for (Runnable state : states) {
			this.recoveries.clear();
			state.run();
			this.phone.client().sync();
			assertThat(this.recoveries).hasSize(1);
			assertThat(this.phone.query("SELECT title FROM note")).hasSize(rows).containsOnly("3");
		}
		allAre(titled(rows, "3").toArray(String[]::new));
	}

	@Test
	void anEditIsNotReplacedSilentlyByAnotherOneOfThisDeviceThatTheServerHasAgain() {
		start("edit", 1);
		Runnable older = account().copy();
		write("edit", 1, "first");
		this.phone.client().sync();
		Runnable newer = account().copy();
		older.run();
		write("edit", 1, "second");
		this.phone.client().sync();
		newer.run();
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(2);
		assertThat(this.conflicts).singleElement().satisfies((resolved) -> {
			assertThat(resolved.conflict().local().get("title")).isEqualTo("second");
			assertThat(resolved.conflict().server().get("title")).isEqualTo("first");
		});
		allAre("a first");
	}

	@Test
	void aChangeOfATableThatIsNotSyncedHereDoesNotHideThatTheServerWasPutBack() {
		account().change("web", "app.other", "INSERT", X, "{}");
		Runnable newer = account().copy();
		account().truncate(0);
		insert(this.phone, X, "x1");
		this.phone.client().sync();
		newer.run();
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(1);
		assertThat(account().live()).containsKeys("app.note:" + X, "app.other:" + X);
	}

	private static String key(int row) {
		return "00000000-0000-0000-0000-00000000000" + (char) ('a' + row);
	}

	private static String name(int row) {
		return String.valueOf((char) ('a' + row));
	}

	private static List<String> titled(int rows, String title) {
		List<String> titled = new ArrayList<>();
		for (int i = 0; i < rows; i++) {
			titled.add(name(i) + " " + title);
		}
		return titled;
	}

	private void start(String first, int rows) {
		if (!first.equals("insert")) {
			write("insert", rows, "start");
		}
		syncAll();
	}

	private void write(String what, int rows, String title) {
		for (int i = 0; i < rows; i++) {
			switch (what) {
				case "insert" -> insert(this.phone, key(i), title);
				case "edit" -> update(this.phone, key(i), title);
				case "delete" -> this.phone.execute("DELETE FROM note WHERE id = '" + key(i) + "'");
				default -> {
				}
			}
		}
	}

	private void assertSecondWins(String first, String second, int rows, int more) {
		List<String> expected = new ArrayList<>();
		if (!second.equals("delete") && !(first.equals("delete") && second.equals("none"))) {
			expected.addAll(titled(rows, second.equals("none") ? "first" : "second"));
		}
		for (int i = 0; i < more; i++) {
			expected.add(i + " web");
		}
		this.phone.client().sync();
		allAre(expected.toArray(String[]::new));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UPDATE note SET title = title",
			"UPDATE note SET title = 'other';\nUPDATE note SET title = 'x1'",
			"INSERT OR REPLACE INTO note SELECT * FROM note",
			"DROP TABLE IF EXISTS copy;\nCREATE TEMP TABLE copy AS SELECT * FROM note;\nDELETE FROM note;\nINSERT INTO note SELECT * FROM copy" })
	void aLostRowWithAnEditWithoutEffectGoesBack(String edit) {
		insert(this.phone, X, "x1");
		syncAll();
		for (boolean before : new boolean[] { true, false }) {
			if (before) {
				this.phone.execute(edit);
			}
			account().truncate(0);
			if (!before) {
				this.phone.execute(edit);
			}
			this.phone.client().sync();
			assertThat(account().live()).hasSize(1);
			allAre("a x1");
		}
		assertThat(this.conflicts).isEmpty();
	}

	@Test
	void aLostRowWhoseRefusedEditIsDiscardedGoesBack() {
		insert(this.phone, X, "x1");
		syncAll();
		this.server
			.reject((change) -> change.path("payload").path("title").asString("").equals("bad") ? "bad_payload" : null);
		update(this.phone, X, "bad");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).hasSize(1);
		account().truncate(0);
		this.phone.client().sync();
		this.phone.client().quarantined().forEach((change) -> this.phone.client().discardQuarantined(change.id()));
		this.phone.client().sync();
		assertThat(account().live()).hasSize(1);
		allAre("a x1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ALTER TABLE note ADD COLUMN body TEXT",
			"ALTER TABLE note ADD COLUMN body TEXT DEFAULT 'default'",
			"ALTER TABLE note ADD COLUMN body TEXT;\nALTER TABLE note DROP COLUMN body",
			"CREATE TABLE rebuilt (id TEXT PRIMARY KEY, title TEXT);\nINSERT INTO rebuilt SELECT * FROM note;\n"
					+ "DROP TABLE note;\nALTER TABLE rebuilt RENAME TO note" })
	void aLostRowOfATableThatIsChangedGoesBack(String ddl) {
		history();
		for (int failures = 0; failures < 3; failures++) {
			account().truncate(1 + failures);
			this.phone.execute(ddl.contains("ADD COLUMN") && failures > 0 ? "UPDATE note SET title = title" : ddl);
			for (int i = 0; i < failures; i++) {
				this.server.loseResponse();
				assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
			}
			this.phone.client().sync();
			this.phone.client().sync();
			assertThat(account().live().values()).extracting((row) -> row.get("title").asString())
				.as("after %s lost answers", failures)
				.containsExactlyInAnyOrder("x2", "y1", "z1");
			allAre("a x2", "b y1", "c z1");
		}
	}

	@ParameterizedTest
	@CsvSource({ "x1, true", "x1, false", "other, true", "other, false" })
	void aRowThatIsInsertedAgainAfterADeleteThatTheServerLostStays(String title, boolean inserterFirst) {
		insert(this.phone, X, "x1");
		syncAll();
		this.tablet.execute("DELETE FROM note");
		syncAll();
		account().truncate(1);
		insert(this.phone, X, title);
		(inserterFirst ? this.phone : this.tablet).client().sync();
		allAre("a " + title);
	}

}
