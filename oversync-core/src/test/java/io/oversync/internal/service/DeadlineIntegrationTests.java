/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A request that waits ends at its deadline and leaves nothing behind.
 */
class DeadlineIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			create function app.take_time() returns trigger language plpgsql as $$
			begin
			  perform pg_sleep(case new.body when 'slow' then 0.2 when 'endless' then 60 else 0 end);
			  return new;
			end $$;
			create function app.take_time_for_ever() returns trigger language plpgsql as $$
			begin perform pg_sleep(60); return new; end $$;
			create trigger take_time before insert or update on app.note for each row execute function app.take_time();
			""";

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final TestEngine engine = TestEngine.start(DDL, List.of(),
			new UploadSettings(0, false, Duration.ofSeconds(30)), new RequestLimits(TIMEOUT, 2, 16),
			"app.note(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private void add(int rows, String body) {
		for (int i = 0; i < rows; i++) {
			this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"body\":\"" + body + "\"}");
		}
	}

	private static void assertUnavailable(ThrowingCallable request) {
		long start = System.nanoTime();
		assertThatExceptionOfType(SyncException.class).isThrownBy(request)
			.withMessageContaining("nothing was changed")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT.dividedBy(2),
				TIMEOUT.multipliedBy(4));
	}

	/**
	 * An upload for which the sync schema itself takes too long leaves nothing behind.
	 */
	@Test
	void anUploadThatTakesTooLongIsUndone() {
		this.engine.execute("create trigger take_time before insert on sync.change for each row"
				+ " execute function app.take_time_for_ever()");
		add(3, "quick");
		assertUnavailable(this.phone::send);
		this.engine.execute("drop trigger take_time on sync.change");
		assertThat(this.engine.query("select count(*) from sync.change")).containsExactly("0");
		assertThat(this.engine.query("select count(*) from app.note")).containsExactly("0");
		add(1, "quick");
		assertThat(this.phone.upload()).containsExactly("applied 1");
	}

	/** A device whose upload never got through would be stuck. */
	@ParameterizedTest
	@CsvSource({ "1, endless", "64, slow", "5, endless" })
	void rowsThatTakeTooLongAreFailuresWithinTheTime(int rows, String body) {
		add(rows, body);
		long start = System.nanoTime();
		assertThat(this.phone.upload()).hasSize(rows).containsOnly("applied 1");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(2));
		assertThat(this.phone.failures()).isNotEmpty();
	}

	@Test
	void theStreamsLockIsWaitedForNoLonger() throws Exception {
		add(1, "quick");
		this.phone.upload();
		try (Connection other = this.engine.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("select * from sync.stream for update");
			add(1, "quick");
			assertUnavailable(this.phone::send);
			other.rollback();
		}
	}

	/** A table that is being rewritten must not keep every connection of the pool. */
	@ParameterizedTest
	@ValueSource(strings = { "sync.stream", "sync.change" })
	void aDownloadWaitsNoLonger(String table) throws Exception {
		add(1, "quick");
		this.phone.upload();
		assertUnavailableWhileLocked(table, this.phone::stream);
	}

	@Test
	void aListOfFailuresWaitsNoLonger() throws Exception {
		add(1, "endless");
		this.phone.upload();
		assertUnavailableWhileLocked("sync.materialize_failures", this.phone::failures);
	}

	private void assertUnavailableWhileLocked(String table, ThrowingCallable request) throws Exception {
		try (Connection other = this.engine.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("lock table " + table + " in access exclusive mode");
			assertUnavailable(request);
			other.rollback();
		}
	}

	@Test
	void noLimitStaysOnTheConnection() {
		add(1, "quick");
		assertThat(this.phone.upload()).containsExactly("applied 1");
		this.phone.stream();
		for (int i = 0; i < 2 * TestEngine.POOL_SIZE; i++) {
			assertThat(this.engine.query(
					"select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') from pg_sleep(0)"))
				.containsExactly("0 0");
		}
	}

}
