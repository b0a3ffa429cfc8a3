/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.service.TestEngine.Device;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Uploads look each change up by all columns of an index, even if PostgreSQL counted the
 * rows before they were committed: it then takes a large table for an empty one, and all
 * indexes for equally good.
 */
@Tag("prove")
class EarlyStatisticsIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text,
			  amount integer check (amount > 0));
			create table app.child (id uuid primary key, owner_id text not null, parent_id uuid references app.parent);
			create index on app.child (parent_id);
			create table app.node (id uuid primary key, owner_id text not null, next_id uuid references app.node);
			alter table app.node set (autovacuum_enabled = false);
			""";

	private static final int SIZE = 1_500;

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)", "app.parent(owner_id)",
			"app.node(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@BeforeEach
	void countUncommittedRows() throws SQLException {
		for (String table : new String[] { "change", "row_version", "restore", "materialize_failures" }) {
			this.engine.execute("alter table sync." + table + " set (autovacuum_enabled = false)");
		}
		try (Connection connection = this.engine.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("""
					insert into sync.change
					  (stream_id, server_id, source_change_id, version, source_no, table_id, op, pk)
					select 0, n, n, 1, 1, 1, 'D', gen_random_uuid() from generate_series(1, 50000) n""");
			statement.execute("""
					insert into sync.row_version (stream_id, version, server_id, table_id, pk, deleted)
					select 0, 1, n, 1, gen_random_uuid(), false from generate_series(1, 50000) n""");
			statement.execute("""
					insert into sync.restore
					  (stream_id, source_no, server_id, table_id, pk, version, base_versions, referenced_by)
					select 0, 1, n, 1, gen_random_uuid(), 1, '{}', '{}' from generate_series(1, 50000) n""");
			statement.execute("""
					insert into sync.materialize_failures
					  (stream_id, user_id, schema_name, table_name, pk_uuid, attempted_version, op, error)
					select 0, '', '', '', gen_random_uuid(), 1, '', '' from generate_series(1, 50000) n""");
			this.engine.execute("analyze");
			connection.rollback();
		}
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void looksUpWhatWasApplied() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.parent", new UUID(1, i), 0, "{\"name\":\"n\"}");
		}
		assertThat(this.phone.upload()).containsOnly("applied 1");
		assertThat(this.phone.resend()).containsOnly("applied 1");
		requireReads("change_application", "change_pkey");
	}

	@Test
	void looksUpRestores() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.parent", new UUID(1, i), 0, "{\"name\":\"n\"}")
				.upsert("app.child", new UUID(2, i), 0, "{\"parent_id\":\"" + new UUID(1, i) + "\"}");
		}
		this.phone.upload();
		for (int times = 0; times < 2; times++) {
			for (int i = 0; i < SIZE; i++) {
				this.phone.delete("app.parent", new UUID(1, i), 1);
			}
			assertThat(this.phone.upload()).containsOnly("StillReferenced");
		}
		assertThat(this.engine.query("select count(*) from sync.restore where stream_id <> 0"))
			.containsExactly(Integer.toString(SIZE));
		requireReads("restore_row", "restore_pkey");
	}

	@Test
	void looksUpFailures() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.parent", new UUID(1, i), 0, "{\"amount\":0}");
		}
		this.phone.upload();
		assertThat(failures()).isEqualTo(SIZE);
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.parent", new UUID(1, i), 1, "{\"amount\":1}");
		}
		this.phone.upload();
		assertThat(failures()).isZero();
		requireReads("materialize_failures_stream_id_schema_name_table_name_pk_uu_key", "materialize_failures_pkey");
	}

	/** The table was empty when it was counted, and is not scanned while it grows. */
	@Test
	void looksUpParentsBeforeTheirTableGrows() {
		int size = 8_000;
		for (int i = 0; i < size; i++) {
			this.phone.upsert("app.node", new UUID(3, i), 0,
					(i > 0) ? "{\"next_id\":\"" + new UUID(3, i - 1) + "\"}" : "{}");
		}
		assertThat(this.phone.upload()).containsOnly("applied 1");
		assertThat(number("select count(*) from app.node where next_id is not null")).isEqualTo(size - 1);
		((HikariDataSource) this.engine.dataSource()).getHikariPoolMXBean().softEvictConnections();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> number("select n_tup_ins from pg_stat_user_tables where relname = 'node'") >= size);
		assertThat(number("select heap_blks_hit + heap_blks_read from pg_statio_user_tables where relname = 'node'"))
			.as("pages of the table")
			.isLessThan(15L * size);
	}

	private long failures() {
		return number("select count(*) from sync.materialize_failures");
	}

	private void requireReads(String expected, String other) {
		// the reads of a connection are in the statistics once it has ended
		((HikariDataSource) this.engine.dataSource()).getHikariPoolMXBean().softEvictConnections();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads(expected) >= SIZE);
		// the rows that were rolled back are read once by the tests themselves
		assertThat(reads(expected) + reads(other)).as("entries of indexes").isLessThan(60L * SIZE);
	}

	private long reads(String index) {
		return number("select idx_tup_read from pg_stat_user_indexes where indexrelname = left('" + index + "', 63)");
	}

	private long number(String query) {
		return Long.parseLong(String.valueOf(this.engine.query(query).get(0)));
	}

}
