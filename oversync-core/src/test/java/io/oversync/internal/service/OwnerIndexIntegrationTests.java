/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.service.TestEngine.Device;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of a user are looked up by their keys, even if an index on the owner seems to lead
 * to few rows: the statistics do not know that all of them belong to one user.
 */
class OwnerIndexIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.item (id uuid primary key, owner_id text not null, name text not null,
			  place integer check (place >= 0));
			create index item_owner on app.item (owner_id);
			create table app.line (id uuid primary key, owner_id text not null,
			  item_id uuid references app.item on delete cascade deferrable initially deferred);
			create index line_item on app.line (item_id);
			create index line_owner on app.line (owner_id);
			create table app.invoice (item_id uuid references app.item);
			create index on app.invoice (item_id);
			alter table app.item set (autovacuum_enabled = false);
			alter table app.line set (autovacuum_enabled = false);
			""";

	private static final int SIZE = 2_000;

	private final TestEngine engine = TestEngine.start(DDL, "app.line(owner_id)", "app.item(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@BeforeEach
	void insertItemsWithALine() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 0, "{\"name\":\"n\",\"place\":" + i + "}")
				.upsert("app.line", new UUID(2, i), 0, "{\"item_id\":\"" + new UUID(1, i) + "\"}");
		}
		assertThat(this.phone.upload()).containsOnly("applied 1");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void deletesThatAreRefused() {
		this.engine.execute("insert into app.invoice select id from app.item");
		for (int i = 0; i < SIZE; i++) {
			this.phone.delete("app.item", new UUID(1, i), 1);
		}
		assertThat(this.phone.upload()).containsOnly("applied 2");
		assertThat(count("app.item")).isEqualTo(SIZE);
		assertThat(count("sync.materialize_failures")).isEqualTo(SIZE);
		requireNoReadsByOwner();
	}

	@Test
	void updatesThatAreRefused() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 1, "{\"place\":-1}");
		}
		assertThat(this.phone.upload()).containsOnly("applied 2");
		assertThat(count("sync.materialize_failures")).isEqualTo(SIZE);
		requireNoReadsByOwner();
	}

	@Test
	void deletesWithChildren() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.delete("app.item", new UUID(1, i), 1);
		}
		assertThat(this.phone.upload()).containsOnly("applied 2");
		assertThat(count("app.item") + count("app.line")).isZero();
		requireNoReadsByOwner();
	}

	private long count(String table) {
		return number("select count(*) from " + table);
	}

	private void requireNoReadsByOwner() {
		// the reads of a connection are in the statistics once it has ended
		((HikariDataSource) this.engine.dataSource()).getHikariPoolMXBean().softEvictConnections();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads("item_pkey") >= SIZE);
		assertThat(reads("item_owner") + reads("line_owner")).as("entries of the indexes on the owner")
			.isLessThanOrEqualTo(4L * SIZE);
	}

	private long reads(String index) {
		return number("select idx_tup_read from pg_stat_user_indexes where indexrelname = '" + index + "'");
	}

	private long number(String query) {
		return Long.parseLong(String.valueOf(this.engine.query(query).get(0)));
	}

}
