/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.service.TestEngine.Device;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No business row refers to a row of another user, even if its sender claimed that row in
 * its own stream.
 */
class ReferencesToOthersIntegrationTests {

	private static final String REFUSED = "leads to a row that is not available to this user";

	private static final UUID DEFAULT = new UUID(0, 7);

	private static final String DDL = """
			create schema app;
			create collation app.lowered (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
			create table app.person (id uuid primary key, owner_id text not null, name text not null, area integer default 1,
			  code text collate app.lowered unique, unique (id, area));
			create table app.comment_cascade (id uuid primary key, owner_id text not null, body text,
			  person_id uuid references app.person on delete cascade);
			create table app.comment_set_null (id uuid primary key, owner_id text not null, body text,
			  person_id uuid references app.person on delete set null deferrable initially deferred);
			create table app.comment_restrict (id uuid primary key, owner_id text not null, body text,
			  person_id uuid references app.person on delete restrict);
			create table app.comment_no_action (id uuid primary key, owner_id text not null, body text,
			  person_id uuid references app.person);
			create table app.task (id uuid primary key, owner_id text not null, title text,
			  person_id uuid default '00000000-0000-0000-0000-000000000007' references app.person on delete set default);
			create table app.pair (id uuid primary key, owner_id text not null, person_id uuid, area integer,
			  foreign key (person_id, area) references app.person (id, area) on delete cascade);
			create table app.coded (id uuid primary key, owner_id text not null, code text collate "C" references app.person (code));
			create table app.folder (id uuid primary key, owner_id text not null, parent_id uuid references app.folder);
			create table app.filled (id uuid primary key, owner_id text not null, person_id uuid references app.person);
			create function app.fill() returns trigger language plpgsql as
			  $$ begin new.person_id = '00000000-0000-0000-0000-000000000007'; return new; end $$;
			create trigger fill before insert on app.filled for each row execute function app.fill();
			create table app.part (id uuid primary key, owner_id text not null, person_id uuid references app.person)
			  partition by hash (id);
			create table app.part_0 partition of app.part for values with (modulus 1, remainder 0);
			create table app.card (id uuid primary key, title text);
			create table app.line (id uuid primary key, card_id uuid references app.card on delete cascade);
			create table app.profile (id uuid primary key references app.card);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.person(owner_id)", "app.comment_cascade(owner_id)",
			"app.comment_set_null(owner_id)", "app.comment_restrict(owner_id)", "app.comment_no_action(owner_id)",
			"app.task(owner_id)", "app.pair(owner_id)", "app.coded(owner_id)", "app.folder(owner_id)",
			"app.filled(owner_id)", "app.part(owner_id)", "app.card", "app.line", "app.profile");

	private final Device alice = this.engine.device("alice/phone");

	private final Device bob = this.engine.device("bob/phone");

	private final UUID person = UUID.randomUUID();

	private final UUID child = UUID.randomUUID();

	@BeforeEach
	void uploadThePerson() {
		person(this.alice, this.person, 0).upload();
		assertThat(this.alice.failures()).isEmpty();
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private Device person(Device device, UUID key, long version) {
		String code = key.equals(this.person) ? "Code" : key.toString();
		return device.upsert("app.person", key, version, "{\"name\":\"secret\",\"area\":1,\"code\":\"" + code + "\"}");
	}

	private static String refersTo(UUID parent) {
		return "{\"person_id\":\"" + parent + "\"}";
	}

	private void assertRefused(String table) {
		assertThat(this.engine.query("select count(*) from " + table + " where id = '" + this.child + "'"))
			.containsExactly("0");
		assertThat(this.bob.failures()).anySatisfy((failure) -> assertThat(failure).contains(REFUSED))
			.allSatisfy((failure) -> assertThat(failure).doesNotContain("alice", "secret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "comment_cascade", "comment_set_null", "comment_restrict", "comment_no_action", "task",
			"part" })
	void aChildOfAClaimedRowIsRefusedAndItsOwnerCanDelete(String table) {
		person(this.bob, this.person, 0).upsert("app." + table, this.child, 0, refersTo(this.person));
		assertThat(this.bob.upload()).containsExactly("applied 1", "applied 1");
		assertRefused("app." + table);
		assertThat(this.bob.stream()).hasSize(2);
		assertThat(this.alice.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");
		assertThat(this.engine.query("select 1 from app.person")).isEmpty();
		assertThat(this.alice.failures()).isEmpty();
		assertThat(this.bob.failures()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			pair  | {"person_id":"PERSON","area":1}
			coded | {"code":"CODE"}
			""")
	void aForeignKeyThatSyncDoesNotFollowIsRefusedToo(String table, String payload) {
		String json = payload.replace("PERSON", this.person.toString());
		assertThat(this.bob.upsert("app." + table, this.child, 0, json).upload()).containsExactly("applied 1");
		assertRefused("app." + table);
		UUID own = UUID.randomUUID();
		this.bob.upsert("app.person", own, 0, "{\"name\":\"b\",\"area\":1,\"code\":\"Bob\"}")
			.upsert("app." + table, UUID.randomUUID(), 0,
					payload.replace("PERSON", own.toString()).replace("CODE", "bob"));
		this.bob.upload();
		assertThat(this.engine.query("select count(*) from app." + table)).containsExactly("1");
	}

	@Test
	void anUpdateIsRefused() {
		UUID own = UUID.randomUUID();
		this.bob.upsert("app.person", own, 0, "{\"name\":\"b\"}")
			.upsert("app.comment_no_action", this.child, 0, refersTo(own))
			.upload();
		person(this.bob, this.person, 0).upsert("app.comment_no_action", this.child, 1,
				"{\"body\":\"b\",\"person_id\":\"" + this.person + "\"}");
		assertThat(this.bob.upload()).containsExactly("applied 1", "applied 2");
		assertThat(this.engine.query("select person_id from app.comment_no_action")).containsExactly(own.toString());
		assertThat(this.bob.failures()).anySatisfy((failure) -> assertThat(failure).contains(REFUSED));
		this.bob.upsert("app.comment_no_action", this.child, 2, refersTo(own)).upload();
		assertThat(this.bob.failures()).noneSatisfy((failure) -> assertThat(failure).contains("comment"));
	}

	@Test
	void onlyTheBranchesOfATreeThatHangOnAnothersRowAreRefused() {
		UUID root = UUID.randomUUID();
		this.alice.upsert("app.folder", root, 0, "{}").upload();
		UUID own = UUID.randomUUID();
		this.bob.upsert("app.folder", root, 0, "{}").upsert("app.folder", own, 0, "{}");
		UUID last = own;
		for (int i = 0; i < 5; i++) {
			UUID next = UUID.randomUUID();
			this.bob.upsert("app.folder", next, 0, "{\"parent_id\":\"" + last + "\"}");
			last = next;
		}
		this.bob.upsert("app.folder", this.child, 0, "{\"parent_id\":\"" + root + "\"}")
			.upsert("app.folder", UUID.randomUUID(), 0, "{\"parent_id\":\"" + this.child + "\"}");
		assertThat(this.bob.upload()).hasSize(9).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.folder where owner_id = 'bob'")).containsExactly("6");
		assertRefused("app.folder");
		assertThat(this.bob.failures()).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"title\":\"without the column\"}", "{\"person_id\":\"default\"}" })
	void aDefaultMayNotLeadToAnothersRowEither(String payload) {
		person(this.alice, DEFAULT, 0).upload();
		person(this.bob, DEFAULT, 0).upsert("app.task", this.child, 0, payload.replace("default", DEFAULT.toString()))
			.upload();
		assertRefused("app.task");
	}

	@Test
	void aDeleteNeverSetsADefaultThatLeadsToAnothersRow() {
		this.alice.upsert("app.person", DEFAULT, 0, "{\"name\":\"secret\"}").upload();
		UUID own = UUID.randomUUID();
		this.bob.upsert("app.person", DEFAULT, 0, "{\"name\":\"b\"}")
			.upsert("app.person", own, 0, "{\"name\":\"b\"}")
			.upsert("app.task", this.child, 0, refersTo(own))
			.upload();
		this.bob.delete("app.person", own, 1).upload();
		assertThat(this.engine.query("select person_id from app.task")).containsExactly(own.toString());
		assertThat(this.bob.failures()).hasSize(3);
	}

	@Test
	void aTriggerMayNotLeadToAnothersRow() {
		person(this.alice, DEFAULT, 0).upload();
		this.bob.upsert("app.filled", this.child, 0, "{}").upsert("app.folder", UUID.randomUUID(), 0, "{}").upload();
		assertRefused("app.filled");
		assertThat(this.engine.query("select count(*) from app.folder")).containsExactly("1");
		assertThat(this.alice.upsert("app.filled", UUID.randomUUID(), 0, "{}").upload()).containsExactly("applied 1");
		assertThat(this.alice.failures()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "line", "profile" })
	void withoutOwnerColumnsTheFirstWriterOwnsTheParent(String table) {
		UUID card = UUID.randomUUID();
		this.alice.upsert("app.card", card, 0, "{\"title\":\"secret\"}").upload();
		UUID key = table.equals("profile") ? card : this.child;
		this.bob.upsert("app.card", card, 0, "{\"title\":\"b\"}")
			.upsert("app." + table, key, 0, "{\"card_id\":\"" + card + "\"}");
		assertThat(this.bob.upload()).containsExactly("applied 1", "applied 1");
		assertRefused("app." + table);
		this.alice.delete("app.card", card, 1).upload();
		assertThat(this.engine.query("select 1 from app.card")).isEmpty();
	}

	@Test
	void aRowThatAnotherUserInsertsMeanwhileIsSeen() throws Exception {
		this.engine.execute("""
				create function app.wait() returns trigger language plpgsql as
				  $$ begin perform pg_advisory_xact_lock(42); return new; end $$;
				create trigger wait after insert on app.comment_set_null for each row execute function app.wait()""");
		UUID late = UUID.randomUUID();
		whileWaiting("select pg_advisory_lock(42)",
				() -> this.bob.upsert("app.person", late, 0, "{\"name\":null}")
					.upsert("app.comment_set_null", this.child, 0, refersTo(late))
					.upload(),
				"insert into app.person values ('" + late + "', 'alice', 'secret')", "commit",
				"select pg_advisory_unlock(42)");
		assertRefused("app.comment_set_null");
	}

	@Test
	void aDeleteWaitsForAnothersRowThatRefersToItAndLeavesItAlone() throws Exception {
		whileWaiting("insert into app.comment_cascade values ('" + this.child + "', 'bob', 'b', '" + this.person + "')",
				() -> this.alice.delete("app.person", this.person, 1).upload(), "commit");
		assertThat(this.engine.query("select owner_id from app.comment_cascade")).containsExactly("bob");
		assertThat(this.alice.failures()).singleElement().asString().contains("refer to this row");
	}

	@Test
	void aDeleteNeverCascadesThroughAnOwnRowToAnothers() {
		UUID note = UUID.randomUUID();
		this.engine.execute("""
				create table app.reply (id uuid primary key, owner_id text not null,
				  comment_id uuid references app.comment_cascade on delete cascade)""");
		try (TestEngine again = this.engine.restart("app.person(owner_id)", "app.comment_cascade(owner_id)",
				"app.reply(owner_id)")) {
			Device phone = again.device("alice/phone");
			phone.upsert("app.comment_cascade", note, 0, refersTo(this.person)).upload();
			again.execute("insert into app.reply values ('" + this.child + "', 'bob', '" + note + "')");
			phone.delete("app.person", this.person, 1).upload();
			assertThat(again.query("select owner_id from app.reply")).containsExactly("bob");
			assertThat(phone.failures()).hasSize(2);
		}
	}

	/** Begins a transaction, waits until an upload waits for it, and continues. */
	private void whileWaiting(String first, Callable<List<String>> upload, String... then) throws Exception {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute(first);
			Future<List<String>> answer = thread.submit(upload);
			Awaitility.await()
				.pollInterval(Duration.ofMillis(5))
				.until(() -> this.engine
					.query("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
							+ " and datname = current_database()")
					.equals(List.of("1")));
			for (String sql : then) {
				statement.execute(sql);
			}
			connection.commit();
			answer.get();
		}
		finally {
			thread.shutdown();
		}
	}

}
