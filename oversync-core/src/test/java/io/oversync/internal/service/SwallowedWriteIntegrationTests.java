/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writes that reach no row and raise no error.
 */
@ExtendWith(OutputCaptureExtension.class)
class SwallowedWriteIntegrationTests {

	private static final String[] TABLES = { "app.note(owner_id)", "app.card", "app.remark(owner_id)" };

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, title text not null, body text);
			create table app.card (id uuid primary key, title text not null, body text);
			create table app.remark (id uuid primary key, owner_id text not null, note_id uuid references app.note);
			create function app.swallow() returns trigger language plpgsql as $$ begin return null; end $$;
			""";

	private final TestEngine engine = TestEngine.start(DDL, TABLES);

	private final Device phone = this.engine.device("alice/phone");

	private final UUID row = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private static void assertFailure(Device device, String... texts) {
		assertThat(device.failures()).singleElement().asString().contains(texts).doesNotContain("not available");
	}

	private void swallow(String event) {
		for (String table : List.of("note", "card")) {
			this.engine.execute("create trigger swallow before " + event + " on app." + table
					+ " for each row execute function app.swallow()");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "app.note", "app.card" })
	void aTriggerThatSwallowsAnInsert(String table) {
		swallow("insert");
		assertThat(this.phone.upsert(table, this.row, 0, "{\"title\":\"t\"}").upload()).containsExactly("applied 1");
		assertFailure(this.phone, "trigger", "written");
		this.engine.execute("drop trigger swallow on " + table);
		this.phone.upsert(table, this.row, 1, "{\"title\":\"t\"}").upload();
		assertThat(this.phone.failures()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"title\":\"new\"}", "{\"body\":\"partial\"}" })
	void aTriggerThatSwallowsAnUpdate(String payload) {
		for (String table : List.of("app.note", "app.card")) {
			UUID key = UUID.randomUUID();
			this.phone.upsert(table, key, 0, "{\"title\":\"t\"}").upload();
			swallowOnce("update", table);
			this.phone.upsert(table, key, 1, payload).upload();
			assertFailure(this.phone, "trigger", "written");
			this.engine.execute("drop trigger swallow on " + table);
			this.phone.upsert(table, key, 2, payload).upload();
			assertThat(this.phone.failures()).isEmpty();
		}
	}

	private void swallowOnce(String event, String table) {
		this.engine.execute("create trigger swallow before " + event + " on " + table
				+ " for each row execute function app.swallow()");
	}

	@ParameterizedTest
	@ValueSource(strings = { "app.note", "app.card" })
	void aTriggerThatSwallowsADelete(String table) {
		UUID other = UUID.randomUUID();
		this.phone.upsert(table, this.row, 0, "{\"title\":\"t\"}")
			.upsert(table, other, 0, "{\"title\":\"t\"}")
			.upload();
		this.engine.execute("create trigger swallow before delete on " + table + " for each row when (old.id = '"
				+ this.row + "') execute function app.swallow()");
		this.phone.delete(table, this.row, 1).delete(table, other, 1).upload();
		assertFailure(this.phone, "trigger", "deleted");
		assertThat(this.engine.query("select id from " + table)).containsExactly(this.row.toString());
	}

	@Test
	void aRuleThatSwallowsADelete() {
		this.phone.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
		this.engine.execute("create rule swallow as on delete to app.note do instead nothing");
		this.phone.delete("app.note", this.row, 1).upload();
		assertFailure(this.phone, "rule", "deleted");
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert", "update" })
	void aRuleForOtherWritesEndsTheStart(String event) {
		this.engine.execute("create rule swallow as on " + event + " to app.note do instead nothing");
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> this.engine.restart(TABLES))
			.withMessageContainingAll("app.note", "rule", "MaterializationHandler");
	}

	@Test
	void aDeleteOfARowThatIsGoneOrAnothersIsRight() {
		this.phone.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
		this.engine.execute("delete from app.note");
		this.phone.delete("app.note", this.row, 1).upload();
		assertThat(this.phone.failures()).isEmpty();
	}

	/** An engine under a role to which row-level security applies. */
	private TestEngine restricted(String... policies) {
		String role = TestDatabases.createRole(this.engine.jdbcUrl());
		for (String schema : List.of("app", "sync")) {
			this.engine.execute("grant usage on schema " + schema + " to " + role);
			this.engine.execute("grant all on all tables in schema " + schema + " to " + role);
			this.engine.execute("grant all on all sequences in schema " + schema + " to " + role);
		}
		this.engine.execute("alter table app.note enable row level security");
		for (String policy : policies) {
			this.engine.execute(policy);
		}
		return TestEngine.on(TestDatabases.as(this.engine.jdbcUrl(), role), TABLES);
	}

	@Test
	void policiesThatHideOnlyInserts(CapturedOutput output) {
		try (TestEngine restricted = restricted("create policy s on app.note for select using (true)",
				"create policy u on app.note for update using (true)",
				"create policy d on app.note for delete using (true)")) {
			assertThat(output).contains("Row-level security of app.note applies to the role of the DataSource");
			Device device = restricted.device("alice/phone");
			device.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
			assertFailure(device, "row-level security");
		}
	}

	@Test
	void policiesThatHideOnlyDeletes() {
		try (TestEngine restricted = restricted("create policy s on app.note for select using (true)",
				"create policy u on app.note for update using (true)",
				"create policy i on app.note for insert with check (true)")) {
			Device device = restricted.device("alice/phone");
			device.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
			assertThat(device.failures()).isEmpty();
			device.delete("app.note", this.row, 1).upload();
			assertFailure(device, "Row-level security", "deleted");
			assertThat(this.engine.query("select count(*) from app.note")).containsExactly("1");
		}
	}

	@Test
	void policiesThatHideOnlyUpdates() {
		try (TestEngine restricted = restricted("create policy s on app.note for select using (true)",
				"create policy i on app.note for insert with check (true)",
				"create policy d on app.note for delete using (true)")) {
			Device device = restricted.device("alice/phone");
			device.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
			device.upsert("app.note", this.row, 1, "{\"title\":\"new\"}").upload();
			assertFailure(device, "row-level security");
			device.upsert("app.note", this.row, 2, "{\"body\":\"partial\"}").upload();
			assertThat(device.failures()).singleElement().asString().containsIgnoringCase("row-level security");
			device.delete("app.note", this.row, 3).upload();
			assertThat(this.engine.query("select count(*) from app.note")).containsExactly("0");
		}
	}

	@Test
	void policiesThatHideRowsAltogether() {
		this.phone.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
		String mine = "(owner_id = current_setting('app.user_id', true))";
		try (TestEngine restricted = restricted("create policy a on app.note using " + mine + " with check " + mine)) {
			Device device = restricted.device("alice/phone");
			device.upsert("app.note", this.row, 1, "{\"title\":\"new\"}").upload();
			assertFailure(device, "row-level security");
			device.delete("app.note", this.row, 2).upload();
			assertFailure(device, "row-level security", "gone");
			assertThat(this.engine.query("select title from app.note")).containsExactly("t");
		}
	}

	@Test
	void aParentThatPoliciesHideIsNotReferredTo() {
		this.phone.upsert("app.note", this.row, 0, "{\"title\":\"t\"}").upload();
		try (TestEngine restricted = restricted("create policy a on app.note using (owner_id = 'bob')")) {
			Device bob = restricted.device("bob/phone");
			UUID remark = UUID.randomUUID();
			UUID own = UUID.randomUUID();
			bob.upsert("app.note", this.row, 0, "{\"title\":\"b\"}")
				.upsert("app.remark", remark, 0, "{\"note_id\":\"" + this.row + "\"}")
				.upsert("app.note", own, 0, "{\"title\":\"b\"}")
				.upsert("app.remark", UUID.randomUUID(), 0, "{\"note_id\":\"" + own + "\"}");
			bob.upload();
			assertThat(this.engine.query("select note_id from app.remark")).containsExactly(own.toString());
			assertThat(bob.failures()).hasSize(2);
		}
	}

}
