/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import io.oversync.client.internal.store.ChangeIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An old copy of the database is put back under the same device id.
 */
class RestoredDatabaseTests {

	private static final String X = "00000000-0000-0000-0000-00000000000a";

	private static final String Y = "00000000-0000-0000-0000-00000000000b";

	private static final String Z = "00000000-0000-0000-0000-00000000000c";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private final ModelServer server = new ModelServer();

	private final List<Recovery> recoveries = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.phone = device(this.folder).open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
	}

	private TestDevice device(Path where) {
		return new TestDevice(where, this.server, "ann/phone", DDL, "note");
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private void listen() {
		this.phone.client().addListener(listener());
	}

	private SyncListener listener() {
		return new SyncListener() {
			@Override
			public void onRecovery(Recovery recovery) {
				RestoredDatabaseTests.this.recoveries.add(recovery);
			}
		};
	}

	private void insert(TestDevice device, String key, String title) {
		device.execute("INSERT INTO note VALUES ('" + key + "', '" + title + "')");
	}

	/** A copy in which x and z are at their first version, which is not the last. */
	private Path lateCopy() {
		insert(this.phone, X, "v1");
		insert(this.phone, Z, "z");
		this.phone.client().sync();
		Path copy = this.phone.backup("copy");
		insert(this.phone, Y, "y");
		this.phone.execute("UPDATE note SET title = 'v2' WHERE id = '" + X + "'");
		this.phone.execute("DELETE FROM note WHERE id = '" + Z + "'");
		this.phone.client().sync();
		return copy;
	}

	private void allAre(String... rows) {
		this.tablet.client().sync();
		for (TestDevice device : List.of(this.phone, this.tablet)) {
			assertThat(device.query("SELECT substr(id, 36) || ' ' || title FROM note ORDER BY id"))
				.as("%s", device.file())
				.containsExactly(rows);
			assertThat(device.client().status().pending()).isZero();
		}
		assertThat(this.server.account("ann").live()).hasSize(rows.length);
	}

	@Test
	void aCopyIsNoSecondInstallationAlsoIfItUploadsFirst() {
		this.phone.putBack(lateCopy());
		listen();
		insert(this.phone, "00000000-0000-0000-0000-00000000000d", "d");
		this.phone.client().uploadOnce();
		this.phone.client().sync();
		allAre("a v2", "b y", "d d");
		assertThat(this.recoveries).extracting(Recovery::reason).containsExactly(Recovery.Reason.DATABASE_PUT_BACK);
	}

	@Test
	void whatTheDeviceDidAfterTheCopyComesBack() {
		this.phone.putBack(lateCopy());
		listen();
		this.phone.client().sync();
		allAre("a v2", "b y");
		assertThat(this.recoveries).extracting(Recovery::reason).containsExactly(Recovery.Reason.DATABASE_PUT_BACK);
		this.phone.reopen();
		listen();
		this.phone.client().sync();
		assertThat(this.recoveries).hasSize(1);
	}

	@Test
	void editsThatWereMadeInTheCopyStay() {
		this.phone.with((builder) -> builder.resolver(ConflictResolver.clientWins())).putBack(lateCopy());
		this.phone.execute("UPDATE note SET title = 'v3' WHERE id = '" + X + "'");
		this.phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000d', 'new')");
		SyncResult result = this.phone.client().sync();
		assertThat(result.download().conflicts()).singleElement()
			.satisfies((conflict) -> assertThat(conflict.conflict().pk()).isEqualTo(X));
		allAre("a v3", "b y", "d new");
	}

	@Test
	void anUploadWithoutAnAnswerInTheCopyIsNotDoneTwice() {
		insert(this.phone, X, "v1");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		Path copy = this.phone.backup("copy");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'v2'");
		insert(this.phone, Y, "y");
		this.phone.client().sync();
		int changes = this.server.account("ann").stream().size();
		this.phone.putBack(copy);
		this.phone.client().sync();
		allAre("a v2", "b y");
		assertThat(this.server.account("ann").stream()).hasSize(changes);
	}

	@Test
	void anUploadWithoutAnAnswerOfASyncedCopyIsNotDoneTwice() {
		insert(this.phone, X, "v1");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'v2'");
		this.server.loseRequest();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		Path copy = this.phone.backup("copy");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'v3'");
		this.phone.client().sync();
		this.phone.putBack(copy);
		this.phone.client().sync();
		allAre("a v3");
		assertThat(this.server.account("ann").stream()).hasSize(3);
	}

	@Test
	void anEditBeforeTheFirstUploadOfTheCopyDoesNotReuseAnId() {
		Clock stopped = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
		this.phone.with((builder) -> builder.clock(stopped)).reopen();
		this.phone.putBack(lateCopy());
		this.phone.execute("UPDATE note SET title = 'in the copy' WHERE id = '" + X + "'");
		this.phone.client().uploadOnce();
		List<Long> ids = new ArrayList<>();
		for (JsonNode upload : this.server.uploads()) {
			upload.get("changes").forEach((change) -> ids.add(change.get("source_change_id").asLong()));
		}
		assertThat(ids).doesNotHaveDuplicates().allMatch((id) -> id >= 1);
		this.phone.client().sync();
		allAre("a v2", "b y");
	}

	@Test
	void downloadsThatArePausedDoNotLetAnIdBeReused() {
		Clock stopped = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
		this.phone.with((builder) -> builder.clock(stopped)).reopen();
		this.phone.putBack(lateCopy());
		this.phone.client().pauseDownloads();
		this.phone.execute("UPDATE note SET title = 'in the copy' WHERE id = '" + X + "'");
		this.phone.client().sync();
		this.phone.client().resumeDownloads();
		this.phone.client().sync();
		allAre("a v2", "b y");
	}

	@Test
	void aCrashWhileTheChangesComeBackLosesNone() {
		this.phone.with((builder) -> builder.downloadPage(1)).putBack(lateCopy());
		this.server.whileInFlight(this.server::loseRequest);
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().sync());
		this.phone.reopen().client().sync();
		allAre("a v2", "b y");
	}

	@Test
	void twoInstallationsOfOneDeviceIdSeeEachOthersChangesAndAreReported() throws Exception {
		insert(this.phone, X, "v1");
		this.phone.client().sync();
		Path elsewhere = Files.createDirectory(this.folder.resolve("clone"));
		Files.copy(this.phone.backup("copy"), elsewhere.resolve("ann-phone.db"));
		try (TestDevice clone = new TestDevice(elsewhere, this.server, "ann/phone", "", "note").open()) {
			clone.client().sync();
			this.phone.client().sync();
			listen();
			clone.client().addListener(listener());
			insert(clone, Y, "of the clone");
			clone.client().sync();
			assertThat(this.recoveries).isEmpty();
			this.phone.client().sync();
			assertThat(this.recoveries).extracting(Recovery::reason).containsExactly(Recovery.Reason.DEVICE_SHARED);
			assertThat(this.recoveries.get(0).message()).contains("another installation");
			this.phone.execute("UPDATE note SET title = 'of the phone' WHERE id = '" + X + "'");
			this.phone.client().sync();
			clone.client().sync();
			assertThat(clone.query("SELECT title FROM note ORDER BY id")).containsExactly("of the phone",
					"of the clone");
			assertThat(this.recoveries).hasSize(2);
			allAre("a of the phone", "b of the clone");
		}
	}

	@Test
	void anOrdinaryLifeIsNeitherReportedNorDownloadedTwice() {
		listen();
		for (int round = 0; round < 3; round++) {
			insert(this.phone, "10000000-0000-0000-0000-00000000000" + round, "own");
			insert(this.tablet, "20000000-0000-0000-0000-00000000000" + round, "other");
			this.phone.client().sync();
			this.tablet.client().sync();
			this.phone.execute("DELETE FROM note WHERE title = 'other'");
			this.phone.client().sync();
		}
		this.tablet.client().sync();
		assertThat(this.recoveries).isEmpty();
		this.server.requests().clear();
		insert(this.phone, X, "x");
		assertThat(this.phone.client().sync().download().downloaded()).isZero();
		assertThat(this.server.requests()).filteredOn((request) -> !request.contains("limit=1&"))
			.noneMatch((request) -> request.contains("include_self"));
	}

	@Test
	void aLostAnswerIsNotTakenForAnotherInstallation() {
		insert(this.phone, Y, "y");
		this.phone.client().sync();
		listen();
		insert(this.phone, X, "x");
		this.server.loseResponse();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.phone.client().downloadOnce(100);
		this.phone.client().sync();
		this.phone.reopen();
		listen();
		this.phone.client().sync();
		assertThat(this.recoveries).isEmpty();
		allAre("a x", "b y");
	}

	@Test
	void aClockBefore1970DoesNotMakeIdsWithoutIdempotency() {
		for (Instant time : List.of(Instant.MIN, Instant.parse("1901-01-01T00:00:00Z"), Instant.EPOCH,
				Instant.parse("+999999999-01-01T00:00:00Z"))) {
			assertThat(ChangeIds.first(millis(time))).as("%s", time).isBetween(1L, ChangeIds.MAX - 1);
		}
		Clock early = Clock.fixed(Instant.parse("1901-01-01T00:00:00Z"), ZoneOffset.UTC);
		this.phone.with((builder) -> builder.clock(early)).reopen();
		insert(this.phone, X, "v1");
		this.phone.client().sync();
		assertThat(this.server.uploads().get(0).at("/changes/0/source_change_id").asLong()).isPositive();
	}

	private static long millis(Instant time) {
		try {
			return time.toEpochMilli();
		}
		catch (ArithmeticException ex) {
			return (time.getEpochSecond() < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

	@Test
	void anAbsurdIdOnTheServerDoesNotMakeIdsNegative() {
		insert(this.phone, X, "v1");
		this.phone.client().sync();
		this.server.account("ann").stream().get(0).put("source_change_id", Long.MAX_VALUE);
		this.phone.reopen().client().hydrate();
		insert(this.phone, Y, "y");
		this.server.uploads().clear();
		this.phone.client().sync();
		assertThat(this.server.uploads().get(0).at("/changes/0/source_change_id").asLong()).isPositive();
	}

}
