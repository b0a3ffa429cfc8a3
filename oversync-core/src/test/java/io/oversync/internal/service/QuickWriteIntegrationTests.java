/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A few rows of one table are written together with the stream. If one of them fails, the
 * attempt leaves no trace.
 */
class QuickWriteIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, title text not null, planned text);
			create function app.note_planning() returns trigger language plpgsql as $$
			begin
			  if new.title = 'unwanted' then
			    return null;
			  end if;
			  new.planned := current_setting('enable_seqscan') || ' ' || current_setting('plan_cache_mode');
			  return new;
			end $$;
			create trigger note_planning before insert on app.note
			  for each row execute function app.note_planning();
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final Device phone = this.engine.device("ann/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void triggersSeeTheDatabasesOwnPlanning() {
		this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"good\"}").upload();
		assertThat(this.engine.query("select planned from app.note")).containsExactly("on auto");
	}

	/** A rollback to a savepoint also undoes later settings. */
	@Test
	void afterAFailedAttemptStatementsArePlannedEachTime() {
		this.phone.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"good\"}")
			.upsert("app.note", UUID.randomUUID(), 0, "{\"title\":\"unwanted\"}")
			.upload();
		assertThat(this.engine.query("select title || ' ' || planned from app.note"))
			.containsExactly("good on force_custom_plan");
		assertThat(this.phone.failures()).hasSize(1);
	}

}
