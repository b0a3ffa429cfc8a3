/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No upload and no download scans a table, with or without statistics of a long history.
 */
@Tag("prove")
class PlanShapeIntegrationTests {

	private static final int HISTORY = 200_000;

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text not null);
			create table app.child (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent deferrable initially deferred);
			create index on app.child (parent_id);
			alter table app.parent set (autovacuum_enabled = false);
			alter table app.child set (autovacuum_enabled = false);
			""";

	private static final String TABLES = "'sync.change'::regclass, 'sync.row_version'::regclass, "
			+ "'app.parent'::regclass, 'app.child'::regclass";

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)", "app.parent(owner_id)");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/** Altering a table would also make PostgreSQL discard its plans. */
	@BeforeEach
	void keepStatisticsAsTheyAre() {
		this.engine.execute("alter table sync.change set (autovacuum_enabled = false)");
		this.engine.execute("alter table sync.row_version set (autovacuum_enabled = false)");
	}

	/**
	 * Loads a history as it would be after many uploads of one device, on a connection of
	 * its own: its scans are in the statistics once it has ended.
	 */
	private void loadHistory() {
		String rows = " from generate_series(1, " + HISTORY + ") n";
		String key = "('00000000-0000-0001-' || lpad(to_hex(n / 65536), 4, '0') || '-00000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid";
		// children of a few parents only: the others can be deleted
		String parent = key.replace("n ", "(190000 + n % 10000) ");
		TestPostgres.execute(this.engine.jdbcUrl(),
				"""
						insert into sync.change
						  (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
						select c.stream_id, c.server_id + n, c.source_no, 1000000 + n, 1, c.table_id, 'I', %s, '{"name":"n"}'
						from (select * from sync.change order by server_id desc limit 1) c, generate_series(1, %d) n"""
					.formatted(key, HISTORY),
				"""
						insert into sync.row_version (table_id, pk, stream_id, version, server_id, deleted)
						select table_id, pk, stream_id, version, server_id, false from sync.change
						where source_change_id > 1000000""",
				"update sync.stream set head_server_id = head_server_id + " + HISTORY,
				"insert into app.parent select " + key + ", 'alice', 'n'" + rows,
				"insert into app.child select " + key + ", 'alice', " + parent + rows);
		// PostgreSQL updates the statistics of each table by itself
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> Long.parseLong(String.valueOf(
					this.engine.query("select min(n_tup_ins) from pg_stat_user_tables where relid in (" + TABLES + ")")
						.get(0))) >= HISTORY);
	}

	private static UUID key(int number) {
		return new UUID(1L, (((long) number / 65536) << 48) | (number % 65536));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void scansNothing(boolean analyzed) {
		Device phone = this.engine.device("alice/phone");
		phone.upsert("app.parent", UUID.randomUUID(), 0, "{\"name\":\"n\"}").upload();
		loadHistory();
		if (analyzed) {
			this.engine.execute("analyze");
		}
		requireNoScans(phone);
	}

	/** Connections keep plans that were made while each table was a single page. */
	@Test
	void scansNothingThatWasSmallAtFirst() {
		Device phone = this.engine.device("alice/phone");
		for (int i = 0; i < 10; i++) {
			UUID parent = UUID.randomUUID();
			UUID other = UUID.randomUUID();
			phone.upsert("app.parent", parent, 0, "{\"name\":\"n\"}")
				.upsert("app.child", UUID.randomUUID(), 0, "{\"parent_id\":\"" + parent + "\"}")
				.upsert("app.parent", other, 0, "{\"name\":\"n\"}")
				.upload();
			this.engine.execute("analyze");
			phone.upsert("app.parent", parent, 1, "{\"name\":\"m\"}").delete("app.parent", other, 1).upload();
			phone.resend();
			this.engine.device("alice/tablet").upsert("app.parent", parent, 9, "{\"name\":\"conflict\"}").upload();
			this.engine.device("alice/tablet").stream();
			refuseADelete(phone);
			downloadPages(phone, 0);
		}
		loadHistory();
		requireNoScans(phone);
	}

	private void requireNoScans(Device phone) {
		// else the connection may count its earlier scans later
		if (!this.engine.query("select 1 from pg_proc where proname = 'pg_stat_force_next_flush'").isEmpty()) {
			this.engine.query("select pg_stat_force_next_flush()");
		}
		List<@Nullable String> scans = scans();
		long lookups = lookups();
		for (int i = 1; i <= 150; i++) {
			phone.upsert("app.parent", UUID.randomUUID(), 0, "{\"name\":\"n\"}")
				.upsert("app.parent", key(i), 1, "{\"name\":\"m\"}")
				.upsert("app.child", UUID.randomUUID(), 0, "{\"parent_id\":\"" + key(i) + "\"}")
				.delete("app.parent", key(10_000 + i), 1)
				.upsert("app.parent", key(20_000 + i), 9, "{\"name\":\"conflict\"}");
		}
		List<String> statuses = phone.upload();
		assertThat(statuses.subList(0, 5)).containsExactly("applied 1", "applied 2", "applied 1", "applied 2",
				"conflict 1");
		phone.resend();
		refuseADelete(phone);
		downloadPages(phone, HISTORY / 2);
		downloadPages(phone, HISTORY);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> lookups() > lookups + 1000);
		assertThat(scans()).as("sequential scans").isEqualTo(scans);
	}

	/** Behind a row that does not fit into the first block of a page. */
	private static void refuseADelete(Device phone) {
		UUID parent = UUID.randomUUID();
		phone.upsert("app.parent", parent, 0, "{\"name\":\"" + "n".repeat(100_000) + "\"}")
			.upsert("app.child", UUID.randomUUID(), 0, "{\"parent_id\":\"" + parent + "\"}")
			.delete("app.parent", parent, 1);
		assertThat(phone.upload()).containsExactly("applied 1", "applied 1", "StillReferenced");
	}

	/** These pages run every query of a download. */
	private void downloadPages(Device phone, long after) {
		for (Device device : List.of(phone, this.engine.device("alice/tablet"))) {
			for (int limit : new int[] { 2, 1000 }) {
				for (@Nullable
				String schema : new @Nullable String[] { null, "app" }) {
					this.engine.service()
						.download(device.actor(), new DownloadRequest(after, limit, schema, true, 0), (change) -> {
						});
				}
			}
		}
	}

	private List<@Nullable String> scans() {
		return this.engine.query("select relid::regclass || ' ' || seq_scan from pg_stat_user_tables where relid in ("
				+ TABLES + ") order by 1");
	}

	private long lookups() {
		return Long.parseLong(String
			.valueOf(this.engine.query("select sum(idx_scan) from pg_stat_user_tables where relid in (" + TABLES + ")")
				.get(0)));
	}

}
