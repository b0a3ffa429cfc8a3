/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.oversync.service.SyncService;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.TestPostgres;
import io.oversync.verification.chaos.StatementRewriter.Rewrite;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.StreamReader;
import io.oversync.verification.device.WireEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Each planted bug is visible, and only where it was planted.
 */
@Tag("prove")
class PlantedBugTests {

	private static final JsonMapper mapper = new JsonMapper();

	private static BuggyServer healthy;

	private final String user = "user" + UUID.randomUUID();

	private final UUID row = UUID.randomUUID();

	@BeforeAll
	static void start() {
		healthy = BuggyServer.start(PlantedBug.NONE);
	}

	@AfterAll
	static void stop() {
		healthy.close();
	}

	@Test
	void aReaderGoesPastWhatTookItsIdWithoutTheLock() {
		verify(PlantedBug.IDS_WITHOUT_THE_LOCK, this::readWhileOneUploadOvertakesAnother, List.of("fast"),
				List.of("slow", "fast"));
	}

	@Test
	void aRejectedChangeIsInTheStream() {
		verify(PlantedBug.REJECTED_CHANGES_IN_THE_STREAM, (server) -> {
			assertThat(uploadTwoEditsOfTheSameVersion(server)).containsExactly("applied 1", "conflict");
			return entries(server).map((entry) -> entry.version() + " " + entry.sourceId()).toList();
		}, List.of("1 phone", "1 tablet"), List.of("1 phone"));
	}

	@Test
	void aRejectedChangeIsAnsweredAsAppliedWhenItComesAgain() {
		verify(PlantedBug.REPLAYS_WITHOUT_APPLYING, (server) -> {
			assertThat(uploadTwoEditsOfTheSameVersion(server)).containsExactly("applied 1", "conflict");
			return device(server, "tablet").upload(HandMadeDevice.upsert(1, this.row, 0, "late"),
					HandMadeDevice.upsert(2, UUID.randomUUID(), 0, "new"));
		}, List.of("applied 1", "applied 1"), List.of("conflict", "applied 1"));
	}

	@Test
	void aFailedChangeIsAnsweredAsAppliedAndLost() {
		verify(PlantedBug.REPLAYS_WITHOUT_APPLYING, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			String change = HandMadeDevice.upsert(1, this.row, 0, "failing");
			onAppend(server, "failing", "raise exception 'busy' using errcode = 'lock_not_available'");
			assertThat(phone.upload(change)).containsExactly("503");
			TestPostgres.execute(server.jdbcUrl(), "drop trigger failing on sync.change");
			assertThat(phone.upload(change)).containsExactly("applied 1");
			return names(server);
		}, List.of(), List.of("failing"));
	}

	@Test
	void oneRequestInFiftyIsServedAsAnotherUser() {
		verify(PlantedBug.SWAPPED_USERS, (server) -> {
			device(server, "phone").upload(HandMadeDevice.upsert(1, this.row, 0, "mine"));
			StreamReader stranger = new StreamReader(SampleTarget.at(server.baseUrl()), "stranger");
			return IntStream.range(0, 100).filter((i) -> !stranger.page(0).entries().isEmpty()).count();
		}, 2L, 0L);
	}

	@Test
	void anEditOfAnOldVersionIsApplied() {
		verify(PlantedBug.LOST_UPDATE, this::uploadTwoEditsOfTheSameVersion, List.of("applied 1", "applied 2"),
				List.of("applied 1", "conflict"));
	}

	@Test
	void theBusinessRowOfADeletedUserStays() {
		verify(PlantedBug.UNMATERIALISED_DELETES, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			assertThat(phone.upload(HandMadeDevice.upsert(1, this.row, 0, "short-lived"))).containsExactly("applied 1");
			assertThat(phone.upload(HandMadeDevice.delete(2, this.row, 1))).containsExactly("applied 2");
			return tables(server).count("select count(*) from business.users where id = ?", this.row);
		}, 1L, 0L);
	}

	@Test
	void numbersComeBackRounded() {
		String payload = "{\"name\": \"n\", \"email\": \"e\", \"count\": 9007199254740993, \"price\": 1.10}";
		verify(PlantedBug.PAYLOAD_REWRITTEN, (server) -> {
			device(server, "phone").upload(HandMadeDevice.upsertOf(1, this.row, 0, payload));
			return entries(server).map(WireEntry::payload).toList();
		}, List.of("{\"name\":\"n\",\"email\":\"e\",\"count\":9007199254740992,\"price\":1.1}"), List.of(payload));
	}

	@Test
	void aRepeatedChangeIsAppliedAgain() {
		verify(PlantedBug.DOUBLE_APPLY, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			phone.upload(HandMadeDevice.upsert(1, this.row, 0, "once"));
			phone.upload(HandMadeDevice.upsert(1, this.row, 0, "once"));
			return entries(server).map((entry) -> entry.version() + " of " + entry.sourceChangeId()).toList();
		}, List.of("1 of 1", "2 of 1"), List.of("1 of 1"));
	}

	@Test
	void whereChangesAreAppliedAgainAnEditOfAnOldVersionIsStillAConflict() {
		try (BuggyServer server = BuggyServer.start(PlantedBug.DOUBLE_APPLY)) {
			assertThat(uploadTwoEditsOfTheSameVersion(server)).containsExactly("applied 1", "conflict");
		}
	}

	@Test
	void oneChangeInFiftyIsLeftOutOfAPage() {
		verify(PlantedBug.SKIPPED_PAGE_ROW, (server) -> {
			device(server, "phone").upload(newRows(100));
			return entries(server).count();
		}, 98L, 100L);
	}

	@Test
	void oneUploadInTwentyIsForgotten() {
		verify(PlantedBug.FORGETTING, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			for (String change : newRows(40)) {
				assertThat(phone.upload(change)).containsExactly("applied 1");
			}
			return entries(server).count();
		}, 38L, 40L);
	}

	@Test
	void aRefusedDeleteDoesNotBringTheRowBack() {
		verify(PlantedBug.MISSING_RESTORES, (server) -> {
			deleteAParent(server);
			return entries(server).map((entry) -> entry.version() + " " + entry.sourceId()).toList();
		}, List.of("1 phone", "1 tablet"), List.of("1 phone", "1 tablet", "2 server"));
	}

	@Test
	void aPageDoesNotBeginWithARestoredRow() {
		verify(PlantedBug.LATE_RESTORES, (server) -> deleteAParent(server).downloadOne(), List.of("1 tablet"),
				List.of("2 server", "1 tablet"));
	}

	@Test
	void aRepeatedDeleteRestoresTheRowAgain() {
		verify(PlantedBug.REPEATED_RESTORES, (server) -> {
			deleteAParent(server).upload(HandMadeDevice.delete(2, this.row, 1));
			return entries(server).map((entry) -> entry.version() + " " + entry.sourceId()).toList();
		}, List.of("1 phone", "1 tablet", "2 server", "3 server"), List.of("1 phone", "1 tablet", "2 server"));
	}

	@Test
	void oneChangeInTwentyIsAppliedTwiceWithinItsUpload() {
		verify(PlantedBug.REPLAY_WITHIN_A_BATCH_APPLIED, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			for (String change : newRows(40)) {
				assertThat(phone.upload(change)).containsExactly("applied 1");
			}
			return entries(server).count();
		}, 42L, 40L);
	}

	@Test
	void anUploadOverwritesWhatTheApplicationHasWritten() {
		verify(PlantedBug.CAPTURE_IGNORED_ON_UPLOAD, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			phone.upload(HandMadeDevice.upsert(1, this.row, 0, "early"));
			write(server, "update business.users set name = 'application'");
			return phone.upload(HandMadeDevice.upsert(2, this.row, 1, "late"));
		}, List.of("applied 2"), List.of("conflict"));
	}

	@Test
	void anUploadOverwritesWhatTheApplicationCommitsMeanwhile() {
		verify(PlantedBug.UNSEEN_WRITES, (server) -> {
			HandMadeDevice phone = device(server, "phone");
			phone.upload(HandMadeDevice.upsert(1, this.row, 0, "early"));
			return whileLocked(server, "update business.users set name = 'application' where id = '" + this.row + "'",
					() -> phone.upload(HandMadeDevice.upsert(2, this.row, 1, "late")));
		}, List.of("applied 2"), List.of("conflict"));
	}

	@Test
	void aPageShowsARowAsItWasBeforeTheLock() {
		verify(PlantedBug.ROWS_READ_BEFORE_THE_LOCK, (server) -> {
			device(server, "phone").upload(HandMadeDevice.upsert(1, this.row, 0, "early"));
			write(server, "update business.users set name = 'one'");
			return whileLocked(server,
					"select from sync.stream where user_id = '" + this.user + "' for update; "
							+ "update business.users set name = 'two' where id = '" + this.row + "'",
					() -> names(server).get(1));
		}, "one", "two");
	}

	@Test
	void aRowThatGetsAnotherOwnerStaysWithTheFormerOne() {
		verify(PlantedBug.OWNER_CHANGE_NOT_SPLIT, (server) -> {
			device(server, "phone").upload(HandMadeDevice.upsert(1, this.row, 0, "mine"));
			write(server, "update business.users set owner_id = 'another'");
			return entries(server).map((entry) -> entry.version() + " " + entry.op()).toList();
		}, List.of("1 UPDATE"), List.of("1 UPDATE", "2 DELETE"));
	}

	private void write(BuggyServer server, String update) {
		TestPostgres.execute(server.jdbcUrl(), update + " where id = '" + this.row + "'");
	}

	/** Acts while a transaction of the application holds locks, and commits it then. */
	private static <T> T whileLocked(BuggyServer server, String statements, Supplier<T> action) {
		ServerTables tables = tables(server);
		try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute(statements);
			CompletableFuture<T> result = CompletableFuture.supplyAsync(action);
			Awaitility.await().until(() -> result.isDone() || waiting(tables) > 0);
			connection.commit();
			return result.join();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The phone deletes a row to which the tablet has added another. */
	private HandMadeDevice deleteAParent(BuggyServer server) {
		HandMadeDevice phone = device(server, "phone");
		phone.upload(HandMadeDevice.upsert(1, this.row, 0, "parent"));
		device(server, "tablet").upload(HandMadeDevice.childOf(1, UUID.randomUUID(), this.row));
		assertThat(phone.upload(HandMadeDevice.delete(2, this.row, 1))).containsExactly("invalid");
		return phone;
	}

	@Test
	void aRewriteWithoutAStatementIsAnError() {
		StatementRewriter rewriter = new StatementRewriter(new Rewrite("FOR UPDATE", "no such text", "none"));
		assertThatIllegalStateException().isThrownBy(() -> BuggyServer.start(new Planting() {

			@Override
			public DataSource dataSource(DataSource real) {
				return rewriter.around(real);
			}

			@Override
			public void complete(SyncService service, JdbcTemplate database) {
				rewriter.requireUseIn(service);
			}

		})).withMessageContaining("no such text");
	}

	private <T> void verify(PlantedBug bug, Function<BuggyServer, T> experiment, T wrong, T right) {
		// what an upload leaves alone a thread would absorb before it
		try (BuggyServer server = BuggyServer.start(bug, "--oversync.capture.interval=1h")) {
			assertThat(experiment.apply(server)).as(bug.description()).isEqualTo(wrong);
		}
		assertThat(experiment.apply(healthy)).as("without the bug").isEqualTo(right);
	}

	/** Returns the entries that a reader sees who continues where the page ended. */
	private List<String> readWhileOneUploadOvertakesAnother(BuggyServer server) {
		HandMadeDevice phone = device(server, "phone");
		HandMadeDevice tablet = device(server, "tablet");
		phone.upload(HandMadeDevice.upsert(1, UUID.randomUUID(), 0, "first of phone"));
		tablet.upload(HandMadeDevice.upsert(1, UUID.randomUUID(), 0, "first of tablet"));
		StreamReader reader = new StreamReader(SampleTarget.at(server.baseUrl()), this.user);
		long after = reader.page(0).nextAfter();
		onAppend(server, "slow",
				"perform set_config('lock_timeout', '0', true); perform pg_advisory_xact_lock_shared(1)");
		ServerTables tables = tables(server);
		CompletableFuture<List<String>> slow;
		CompletableFuture<List<String>> fast;
		StreamPage page;
		try (Connection connection = DriverManager.getConnection(server.jdbcUrl());
				Statement statement = connection.createStatement()) {
			statement.execute("select pg_advisory_lock(1)");
			slow = CompletableFuture
				.supplyAsync(() -> phone.upload(HandMadeDevice.upsert(2, UUID.randomUUID(), 0, "slow")));
			Awaitility.await().until(() -> waiting(tables) == 1);
			fast = CompletableFuture
				.supplyAsync(() -> tablet.upload(HandMadeDevice.upsert(2, UUID.randomUUID(), 0, "fast")));
			Awaitility.await().until(() -> fast.isDone() || waiting(tables) == 2);
			page = reader.page(after);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(slow.join()).containsExactly("applied 1");
		assertThat(fast.join()).containsExactly("applied 1");
		List<WireEntry> seen = new ArrayList<>(page.entries());
		seen.addAll(reader.page(page.nextAfter()).entries());
		return seen.stream().map(PlantedBugTests::name).toList();
	}

	private static long waiting(ServerTables tables) {
		return tables.count("""
				select count(*) from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'""");
	}

	/** Runs an action when a row of a name is appended to the stream. */
	private static void onAppend(BuggyServer server, String name, String statements) {
		TestPostgres.execute(server.jdbcUrl(),
				"""
						create function planted.%1$s() returns trigger language plpgsql as $$
						begin if new.payload ->> 'name' = '%1$s' then %2$s; end if; return new; end $$"""
					.formatted(name, statements),
				"create trigger %1$s before insert on sync.change for each row execute function planted.%1$s()"
					.formatted(name));
	}

	private List<String> uploadTwoEditsOfTheSameVersion(BuggyServer server) {
		List<String> statuses = new ArrayList<>();
		statuses.addAll(device(server, "phone").upload(HandMadeDevice.upsert(1, this.row, 0, "early")));
		statuses.addAll(device(server, "tablet").upload(HandMadeDevice.upsert(1, this.row, 0, "late")));
		return statuses;
	}

	private static String[] newRows(int count) {
		return IntStream.rangeClosed(1, count)
			.mapToObj((i) -> HandMadeDevice.upsert(i, UUID.randomUUID(), 0, "row " + i))
			.toArray(String[]::new);
	}

	private HandMadeDevice device(BuggyServer server, String source) {
		return new HandMadeDevice(SampleTarget.at(server.baseUrl()), this.user, source);
	}

	private static ServerTables tables(BuggyServer server) {
		return new ServerTables(server.jdbcUrl(), SampleTable.ALL);
	}

	private List<String> names(BuggyServer server) {
		return entries(server).map(PlantedBugTests::name).toList();
	}

	private static String name(WireEntry entry) {
		return mapper.readTree(entry.payload()).path("name").asString();
	}

	private Stream<WireEntry> entries(BuggyServer server) {
		return new StreamReader(SampleTarget.at(server.baseUrl()), this.user).readAll().stream();
	}

}
