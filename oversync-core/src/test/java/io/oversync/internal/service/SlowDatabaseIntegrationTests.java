/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Work that is too much for the database at once succeeds in parts, and no request fails
 * forever.
 */
@Tag("prove")
class SlowDatabaseIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			create table app.hold (id integer);
			create function app.take_time() returns trigger language plpgsql as $$
			begin
			  if new.body = 'slow' then perform pg_sleep(0.01); end if;
			  if new.body = 'very slow' then perform pg_sleep(2); end if;
			  if new.body = 'large' then raise exception 'out of memory' using errcode = '53200'; end if;
			  if exists (select from app.hold) then perform pg_sleep(30); end if;
			  return new;
			end $$;
			create trigger take_time before insert or update on app.note for each row execute function app.take_time();
			create function app.take_time_for_every_row() returns trigger language plpgsql as $$
			begin perform pg_sleep(0.002); return new; end $$;
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@BeforeEach
	void limitStatements() {
		limit("400ms");
	}

	private void limit(String timeout) {
		String database = this.engine.query("select current_database()").get(0);
		this.engine.execute("alter database " + database + " set statement_timeout = '" + timeout + "'");
		String now = this.engine.query("select clock_timestamp()").get(0);
		String older = "select count(*) from pg_stat_activity where datname = current_database() and backend_start < '"
				+ now + "'";
		// also a connection that the pool was just opening
		Awaitility.await().until(() -> {
			((HikariDataSource) this.engine.dataSource()).getHikariPoolMXBean().softEvictConnections();
			return this.engine.query(older).equals(List.of("0"));
		});
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private void add(int rows, String body) {
		for (int i = 0; i < rows; i++) {
			this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + body + "\"}");
		}
	}

	@Test
	void aTableTakesTheRowsOfALargeUploadInParts() {
		add(100, "slow");
		assertThat(this.phone.upload()).hasSize(100).containsOnly("applied 1");
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("100");
	}

	@Test
	void aRowThatTakesTooLongByItselfIsRecorded() {
		add(10, "quick");
		add(1, "very slow");
		add(10, "quick");
		assertThat(this.phone.upload()).hasSize(21).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("20");
		assertThat(this.phone.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure).contains("statement_timeout"));
		add(1, "very slow");
		assertThat(this.phone.upload()).as("alone as well").containsExactly("applied 1");
		assertThat(this.phone.failures()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "row_version", "change" })
	void theStreamIsWrittenInParts(String table) {
		this.engine.execute("create trigger take_time before insert on sync." + table
				+ " for each row execute function app.take_time_for_every_row()");
		add(1000, "quick");
		assertThat(this.phone.upload()).hasSize(1000).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("1000");
	}

	@Test
	void failuresAreRecordedInParts() {
		this.engine.execute("create trigger take_time before insert on sync.materialize_failures"
				+ " for each row execute function app.take_time_for_every_row()");
		for (int i = 0; i < 500; i++) {
			this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":7,\"body\":null}");
		}
		assertThat(this.phone.upload()).hasSize(500).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from sync.materialize_failures")).containsExactly("500");
	}

	@Test
	void aRowThatTakesTooMuchMemoryIsRecordedWhenOthersCanBeWritten() {
		add(10, "quick");
		add(1, "large");
		assertThat(this.phone.upload()).hasSize(11).containsOnly("applied 1");
		assertThat(this.phone.failures()).containsExactly("note: out of memory");
		add(2, "large");
		assertThatExceptionOfType(SyncException.class).as("a server without memory judges no row")
			.isThrownBy(this.phone::upload)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

	@Test
	void anAdministratorsCancelJudgesNoRow() throws Exception {
		limit("0");
		this.engine.execute("insert into app.hold values (1)");
		add(1, "quick");
		ExecutorService threads = Executors.newSingleThreadExecutor();
		Future<List<String>> upload = threads.submit(this.phone::upload);
		String sleeping = "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
		Awaitility.await().until(() -> !this.engine.query(sleeping).isEmpty());
		String pid = this.engine.query(sleeping).get(0);
		this.engine.execute("delete from app.hold");
		this.engine.query("select pg_cancel_backend(" + pid + ")");
		assertThat(upload.get()).containsExactly("applied 1");
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("1");
		threads.shutdown();
	}

}
