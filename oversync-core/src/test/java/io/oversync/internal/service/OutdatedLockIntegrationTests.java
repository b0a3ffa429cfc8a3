/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Positions that another writer took in spite of the lock, as may happen while a shard
 * moves.
 */
class OutdatedLockIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, code text unique);
			create sequence app.attempt;
			create function app.collide_once() returns trigger language plpgsql as $$
			begin
			  if nextval('app.attempt') = 1 then
			    insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk)
			    values (new.stream_id, new.server_id, 1, 0, 1, new.table_id, 'D', new.pk);
			  end if;
			  return new;
			end $$;
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private Device note(String code) {
		return this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"code\":\"" + code + "\"}");
	}

	@Test
	void anUploadIsTriedAgain() {
		this.engine.execute("""
				create trigger collide before insert on sync.change for each row
				when (pg_trigger_depth() = 0) execute function app.collide_once()""");
		assertThat(note("a").upload()).containsExactly("applied 1");
		assertThat(this.phone.history()).containsExactly("UPDATE note 1 by phone");
		assertThat(this.engine.query("select last_value from app.attempt")).containsExactly("2");
	}

	@Test
	void whatNoAttemptCouldStoreIsToBeSentAgain() {
		note("a").upload();
		this.engine.execute("""
				insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk)
				select stream_id, server_id + 1, source_no, 0, 1, table_id, 'D', pk from sync.change""");
		assertThatExceptionOfType(SyncException.class).isThrownBy(note("b")::upload)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
		assertThat(this.engine.query("select code from app.note")).containsExactly("a");
	}

	/** A duplicate in the application's tables is a failure of the row. */
	@Test
	void aDuplicateInABusinessTableIsAFailureOfTheRow() {
		note("a").upload();
		assertThat(note("a").upload()).containsExactly("applied 1");
		assertThat(this.phone.failures()).hasSize(1);
	}

}
