/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.OperatorReads.DevicePage;
import io.oversync.internal.service.OperatorReads.DeviceSearch;
import io.oversync.internal.service.OperatorReads.UserDetails;
import io.oversync.internal.service.OperatorReads.UserPage;
import io.oversync.internal.store.OperatorStore.DevicePlace;
import io.oversync.internal.store.OperatorStore.DeviceRow;
import io.oversync.internal.store.OperatorStore.EntryKey;
import io.oversync.internal.store.OperatorStore.EntryRow;
import io.oversync.internal.store.OperatorStore.OpenFailure;
import io.oversync.internal.store.OperatorStore.UserStream;
import io.oversync.protocol.Operation;
import io.oversync.protocol.TableName;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * What operators look at: bounded, and outside of any user's lock.
 */
class OperatorReadsIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text check (length(body) < 10));
			""";

	private static final String NOTE = "app.note";

	private static final TableName TABLE = TableName.parse(NOTE);

	private static TestEngine engine;

	private static OperatorReads reads;

	@BeforeAll
	static void start() {
		engine = TestEngine.start(DDL, "app.note(owner_id)");
		reads = engine.syncEngine().operatorReads();
		engine.execute("insert into sync.stream (stream_id, user_id) select n, 'user-' || lpad(n::text, 5, '0')"
				+ " from generate_series(1, 2500) n");
		engine.execute("insert into sync.stream (stream_id, user_id) select 10000 + n, 'walter%' || n"
				+ " from generate_series(1, 60) n");
	}

	@AfterAll
	static void stop() {
		engine.close();
	}

	private static void upsert(String device, UUID pk, long version, String body) {
		engine.device(device).upsert(NOTE, pk, version, "{\"body\":\"%s\"}".formatted(body)).send();
	}

	@Test
	void pagesGoThroughAllUsersOnce() {
		List<String> found = new ArrayList<>();
		UserPage page = reads.users("", null);
		while (true) {
			assertThat(page.users()).hasSizeLessThanOrEqualTo(OperatorReads.PAGE);
			page.users().forEach((user) -> found.add(user.userId()));
			if (page.next() == null) {
				break;
			}
			page = reads.users("", page.next());
		}
		assertThat(found).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2560).contains("user-02500", "walter%60");
	}

	@Test
	void usersAreFoundByTheBeginningOfTheirIds() {
		UserPage first = reads.users("walter%", null);
		assertThat(first.users()).hasSize(50).allMatch((user) -> user.userId().startsWith("walter%"));
		UserPage second = reads.users("walter%", first.next());
		assertThat(second.users()).hasSize(10).doesNotContainAnyElementsOf(first.users());
		assertThat(second.next()).isNull();
		assertThat(reads.users("user-00017", null).users()).extracting(UserStream::userId)
			.containsExactly("user-00017");
	}

	@Test
	void aSearchThatLooksAtManyUsersGoesOnWhereItStopped() {
		UserPage page = reads.users("user-", "user-00000");
		assertThat(page.users()).hasSize(50);
		UserPage none = reads.users("w", "user-00000");
		assertThat(none.users()).isEmpty();
		assertThat(none.next()).isEqualTo("user-02000");
		assertThat(reads.users("w", none.next()).users()).isNotEmpty();
	}

	@Test
	void countsDevicesAndFailures() {
		upsert("carl/phone", UUID.randomUUID(), 0, "much longer than allowed");
		engine.syncEngine().flushDevices(Duration.ZERO);
		UserPage page = reads.users("carl", null);
		long stream = page.users().get(0).streamId();
		assertThat(page.counts().get(stream).devices()).isEqualTo(1);
		assertThat(page.counts().get(stream).failures()).isEqualTo(1);
		assertThat(page.counts().get(stream).lastSeen()).isNotNull();
	}

	private static List<String> find(@Nullable String userId, String prefix, String text) {
		List<String> found = new ArrayList<>();
		DevicePage page = reads.devices(new DeviceSearch(userId, prefix, text), null);
		while (true) {
			assertThat(page.devices()).hasSizeLessThanOrEqualTo(OperatorReads.PAGE);
			page.devices().forEach((device) -> found.add(device.userId() + "/" + device.place().sourceId()));
			if (page.next() == null) {
				return found;
			}
			page = reads.devices(new DeviceSearch(userId, prefix, text), page.next());
		}
	}

	@Test
	void devicesAreFoundByTheirUserTheirIdAndTheirName() {
		engine.execute("insert into sync.stream (stream_id, user_id) values (30001, 'hans'), (30002, 'hanna'),"
				+ " (30003, 'h_n%')");
		engine.execute("insert into sync.device (stream_id, source_id) select 30001, 'hans-' || n"
				+ " from generate_series(1, 1200) n");
		engine.execute(
				"insert into sync.device (stream_id, source_id, name) values (30002, 'hx-1', 'Hanna''s 100% iPad'),"
						+ " (30002, 'hx_2', 'x'), (30003, 'hx-3', 'a\\b'), (30003, 'hxx4', null)");
		assertThat(find("hans", "", "")).hasSize(1200).doesNotHaveDuplicates();
		assertThat(find("hans", "", "s-1200")).containsExactly("hans/hans-1200");
		assertThat(find("hans", "", "HANS-77")).containsExactlyInAnyOrder("hans/hans-77", "hans/hans-770",
				"hans/hans-771", "hans/hans-772", "hans/hans-773", "hans/hans-774", "hans/hans-775", "hans/hans-776",
				"hans/hans-777", "hans/hans-778", "hans/hans-779");
		assertThat(find(null, "hann", "")).containsExactlyInAnyOrder("hanna/hx-1", "hanna/hx_2");
		assertThat(find(null, "", "hanna's")).containsExactly("hanna/hx-1");
		assertThat(find(null, "h", "hx")).hasSize(4);
		assertThat(find("a stranger", "", "")).isEmpty();
		// no character is a wildcard
		assertThat(find(null, "", "0% i")).containsExactly("hanna/hx-1");
		assertThat(find(null, "", "hx_")).containsExactly("hanna/hx_2");
		assertThat(find(null, "", "a\\b")).containsExactly("h_n%/hx-3");
		assertThat(find(null, "", "hx%")).isEmpty();
		assertThat(find(null, "", "\\")).containsExactly("h_n%/hx-3");
		assertThat(find(null, "h_", "")).hasSize(2).allMatch((device) -> device.startsWith("h_n%/"));
		assertThat(find(null, "%", "")).isEmpty();
		assertThat(find(null, "", "' or true --")).isEmpty();
	}

	@Test
	void aPlaceOfAnotherUserDoesNotLeaveTheUser() {
		engine.execute("insert into sync.stream (stream_id, user_id) values (31001, 'ida-1'), (31002, 'ida-2')");
		engine.execute("insert into sync.device (stream_id, source_id) values (31001, 'a'), (31002, 'b')");
		for (long stream : new long[] { Long.MIN_VALUE, 31001, 31002, Long.MAX_VALUE }) {
			assertThat(reads.devices(new DeviceSearch("ida-1", "", ""), new DevicePlace(stream, "")).devices())
				.extracting(DeviceRow::userId)
				.containsExactly("ida-1");
		}
	}

	@Test
	void aSearchThatLooksAtManyDevicesGoesOnWhereItStopped() {
		engine.execute("insert into sync.stream (stream_id, user_id) values (40001, 'many')");
		engine
			.execute("insert into sync.device (stream_id, source_id, name) select 40001, 'm-' || lpad(n::text, 6, '0'),"
					+ " case when n = 45000 then 'needle' end from generate_series(1, 45000) n");
		DevicePage page = reads.devices(new DeviceSearch("many", "", "needle"), null);
		assertThat(page.devices()).isEmpty();
		assertThat(page.next()).isEqualTo(new DevicePlace(40001, "m-020000"));
		assertThat(find("many", "", "needle")).containsExactly("many/m-045000");
	}

	@Test
	void showsAnEntryBesideTheVersionBeforeIt() {
		UUID pk = UUID.randomUUID();
		upsert("dora/phone", pk, 0, "one");
		upsert("dora/phone", UUID.randomUUID(), 0, "other");
		upsert("dora/tablet", pk, 1, "two");
		List<EntryRow> entries = reads.entries("dora", Long.MAX_VALUE);
		assertThat(entries).extracting(EntryRow::serverId).containsExactly(3L, 2L, 1L);
		assertThat(entries).extracting(EntryRow::payload).containsOnlyNulls();
		assertThat(entries.get(0).source()).isEqualTo("tablet");
		List<EntryRow> entry = reads.entry("dora", 3);
		assertThat(entry).extracting(EntryRow::version).containsExactly(2L, 1L);
		assertThat(entry.get(0).op()).isEqualTo(Operation.UPDATE);
		assertThat(entry.get(1).payload()).isEqualTo("{\"body\":\"one\"}");
		assertThat(reads.entry("dora", 1)).hasSize(1);
		assertThat(reads.entry("dora", 4711)).isEmpty();
		assertThat(reads.entries("dora", 2)).hasSize(1);
		assertThat(reads.versions("dora", new EntryKey(TABLE, pk), 10)).hasSize(2);
		assertThat(reads.versions("dora", new EntryKey(TABLE, UUID.randomUUID()), 10)).isEmpty();
	}

	@Test
	void aLargePayloadIsNotRead() {
		String large = "x".repeat(OperatorReads.LARGEST_PAYLOAD);
		upsert("emil/phone", UUID.randomUUID(), 0, large);
		EntryRow entry = reads.entry("emil", 1).get(0);
		assertThat(entry.payload()).isNull();
		assertThat(entry.payloadBytes()).isPositive();
	}

	@Test
	void readsWhileTheStreamIsLocked() throws Exception {
		upsert("fred/phone", UUID.randomUUID(), 0, "one");
		try (Connection lock = engine.dataSource().getConnection(); Statement statement = lock.createStatement()) {
			lock.setAutoCommit(false);
			statement.execute("select from sync.stream where user_id = 'fred' for update");
			assertThat(reads.entries("fred", Long.MAX_VALUE)).hasSize(1);
			UserDetails user = reads.user("fred");
			assertThat(user).isNotNull();
			assertThat(user.stream().head()).isEqualTo(1);
			lock.rollback();
		}
	}

	@Test
	void failuresOfAllUsersComeInPages() {
		for (int i = 0; i < 3; i++) {
			upsert("gina" + i + "/phone", UUID.randomUUID(), 0, "much longer than allowed");
		}
		List<OpenFailure> all = reads.failures(Long.MIN_VALUE, 0);
		assertThat(all).extracting(OpenFailure::userId).contains("gina0", "gina1", "gina2");
		OpenFailure first = all.get(0);
		assertThat(reads.failures(first.streamId(), first.id())).hasSize(all.size() - 1).doesNotContain(first);
		assertThat(reads.failuresOf("gina1", 0)).hasSize(1);
		assertThat(reads.failuresOf("nina", 0)).isEmpty();
	}

	@Test
	void readsByIndexHoweverLargeTheTablesAre() {
		String url;
		try (TestEngine filled = TestEngine.start(DDL, "app.note(owner_id)")) {
			url = filled.jdbcUrl();
			filled.device("large/phone").upsert(NOTE, UUID.randomUUID(), 0, "{\"body\":\"one\"}").send();
		}
		fill(url);
		UUID pk = UUID.fromString(TestDatabases.query(url,
				"select c.pk from sync.change c join sync.stream s using (stream_id) where s.user_id = 'large' and c.server_id = 15000")
			.get(0));
		TestPostgres.execute(url, "select pg_stat_reset()");
		try (TestEngine large = TestEngine.on(url, "app.note(owner_id)")) {
			OperatorReads fast = large.syncEngine().operatorReads();
			for (int i = 0; i < 10; i++) {
				// also with the plan that the server makes for all values
				assertThat(fast.entries("large", 20_000)).hasSize(OperatorReads.PAGE);
				assertThat(fast.entry("large", 15_000)).hasSize(1);
				assertThat(fast.versions("large", new EntryKey(TABLE, pk), 5)).isEmpty();
				assertThat(fast.failures(20_050, 0)).hasSize(OperatorReads.PAGE);
				assertThat(fast.users("large", null).users()).hasSize(1);
				assertThat(fast.devices(new DeviceSearch("user-7", "", "d-4"), null).devices()).hasSize(1);
				assertThat(fast.devices(new DeviceSearch("user-7", "", ""), new DevicePlace(7, "d-4")).devices())
					.hasSize(1);
				assertThat(fast.devices(new DeviceSearch(null, "", ""), new DevicePlace(15_000, "")).devices())
					.hasSize(OperatorReads.PAGE);
			}
		}
		await().untilAsserted(() -> assertThat(scans(url, "idx_scan")).doesNotContain("0"));
		assertThat(scans(url, "seq_scan")).containsExactly("0", "0", "0", "0");
	}

	private static void fill(String url) {
		TestPostgres.execute(url, """
				insert into sync.change (stream_id, server_id, source_change_id, version, source_no, table_id, op, pk)
				select c.stream_id, 1 + n, 0, 1, c.source_no, c.table_id, 'I', gen_random_uuid()
				from sync.change c, generate_series(1, 30000) n""", """
				insert into sync.change (stream_id, server_id, source_change_id, version, source_no, table_id, op, pk)
				select n, c.server_id, 0, 1, 1, c.table_id, 'I', gen_random_uuid()
				from sync.change c, generate_series(1, 8) n""", """
				insert into sync.materialize_failures (stream_id, user_id, schema_name, table_name, pk_uuid,
				  attempted_version, op, error)
				select 20000 + n % 100, 'user', 'app', 'note', gen_random_uuid(), 1, 'INSERT', 'e'
				from generate_series(1, 5000) n""", """
				insert into sync.stream (stream_id, user_id)
				select n, 'user-' || n from generate_series(1, 20000) n""", """
				insert into sync.device (stream_id, source_id)
				select n, 'd-' || d from generate_series(1, 20000) n, generate_series(1, 5) d""", "analyze");
	}

	private static List<String> scans(String url, String kind) {
		return TestDatabases.query(url, "select " + kind + " from pg_stat_user_tables where schemaname = 'sync'"
				+ " and relname in ('change', 'stream', 'materialize_failures', 'device')");
	}

	@Test
	void namesTheEpochs() {
		assertThat(reads.epochs()).isNotEmpty().first().satisfies((epoch) -> assertThat(epoch.name()).isNotEmpty());
		assertThat(reads.user("a stranger")).isNull();
	}

	@Test
	void aStatementThatTakesLongIsCancelled() {
		assertThat(engine.query("select name from sync.epoch")).isNotEmpty();
		TestPostgres.execute(engine.jdbcUrl(), "alter table sync.epoch rename to kept",
				"""
						create view sync.epoch as
						select k.epoch_no, k.name || coalesce(pg_sleep(60)::text, '') as name, k.restored_at, k.since from sync.kept k""");
		try {
			long start = System.nanoTime();
			assertThatException().isThrownBy(reads::epochs);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
		}
		finally {
			TestPostgres.execute(engine.jdbcUrl(), "drop view sync.epoch", "alter table sync.kept rename to epoch");
		}
	}

}
