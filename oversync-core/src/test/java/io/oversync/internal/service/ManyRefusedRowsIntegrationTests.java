/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

import io.oversync.internal.service.TestEngine.Device;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that their table refuses are found with a handful of statements, whatever their
 * number, and each of them fails for its own reason.
 */
@Tag("prove")
class ManyRefusedRowsIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.country (code text primary key);
			create table app.item (id uuid primary key, owner_id text not null, name text not null, code text unique,
			  quantity integer check (quantity >= 0), day date, country text references app.country deferrable,
			  "odd?'""name" text);
			create function app.refuse() returns trigger language plpgsql as $$ begin
			  if new.name = 'refused' then raise exception 'refused by a trigger'; end if;
			  if new.name = 'swallowed' then return null; end if;
			  if new.name = 'given' then new.owner_id := 'bob'; end if;
			  return new; end $$;
			create trigger refuse before insert or update on app.item for each row execute function app.refuse();
			create table app.invoice (item_id uuid references app.item);
			create table app.tag (id uuid primary key, label text not null check (label <> 'bad'), item_id uuid references app.item);
			create table app.link (id uuid primary key, owner_id text not null, next_id uuid references app.link,
			  n integer check (n > 0), note text);
			""";

	private static final int SIZE = 2_500;

	private final TestEngine engine = TestEngine.start(DDL, "app.item(owner_id)", "app.tag", "app.link(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"code":null                          | null value in column "name"
			"name":"x","quantity":-1             | violates check constraint
			"name":"x","quantity":"3.5 groups"   | quantity
			"name":"x","country":"nowhere"       | foreign key
			"name":"x","code":"taken"            | unique
			"name":"refused"                     | refused by a trigger
			"name":"swallowed"                   | kept this row from being written
			"name":"given"                       | another user
			""")
	void everyOtherRowFails(String members, String error) {
		this.phone.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"first\",\"code\":\"taken\"}").upload();
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 0, (i % 2 == 0) ? "{" + members + "}"
					: "{\"name\":\"good\",\"odd?'\\\"name\":\"it's {\\\"odd\\\", \\\\ NULL?\"}");
		}
		QueryCountHolder.clear();
		assertThat(this.phone.upload()).hasSize(SIZE).containsOnly("applied 1");
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(120);
		assertThat(this.engine.query("select count(*) from app.item where name = 'good'"))
			.containsExactly(Integer.toString(SIZE / 2));
		assertThat(this.engine.query("select distinct \"odd?'\"\"name\" from app.item where name = 'good'"))
			.containsExactly("it's {\"odd\", \\ NULL?");
		assertThat(this.engine.query("select count(*) from sync.materialize_failures"))
			.containsExactly(Integer.toString(SIZE / 2));
		assertThat(this.phone.failures()).allSatisfy((failure) -> assertThat(failure).contains(error));
	}

	@Test
	void updatesOfSomeColumnsFailEachForItsReason() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 0, "{\"name\":\"good\",\"quantity\":1}");
		}
		this.phone.upload();
		this.engine.execute("delete from app.item where quantity = 1 and right(id::text, 1) = '0'");
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 1, "{\"quantity\":" + ((i % 3 == 0) ? -1 : 2) + "}");
		}
		QueryCountHolder.clear();
		this.phone.upload();
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(120);
		assertThat(this.engine.query("select count(*) from app.item where quantity = 1"))
			.containsExactly(Long.toString(count((i) -> i % 3 == 0 && i % 16 != 0)));
		assertThat(this.engine.query(
				"select distinct error like '%\"name\"%' from sync.materialize_failures where pk_uuid::text like '%0'"))
			.as("a row that is gone cannot be made again")
			.containsExactly("t");
		assertThat(this.engine.query("select count(*) from sync.materialize_failures"))
			.containsExactly(Long.toString(count((i) -> i % 3 == 0 || i % 16 == 0)));
	}

	/**
	 * Payloads that leave columns of a table with constraints out may need an update or
	 * an insert.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1_000_000, 3 })
	void goodRowsAreWrittenManyAtATime(int oldEach) {
		this.engine
			.execute("create sequence app.inserts; create function app.counted() returns trigger language plpgsql as"
					+ " $$ begin perform nextval('app.inserts'); return null; end $$;"
					+ " create trigger counted after insert on app.item for each statement execute function app.counted()");
		if (oldEach > 0) {
			for (int i = 0; i < SIZE; i += oldEach) {
				this.phone.upsert("app.item", new UUID(1, i), 0, "{\"name\":\"old\"}");
			}
			this.phone.upload();
		}
		for (int i = 0; i < SIZE; i++) {
			boolean old = oldEach > 0 && i % oldEach == 0;
			this.phone.upsert("app.item", new UUID(1, i), old ? 1 : 0,
					(i == SIZE / 3) ? "{\"name\":null}" : "{\"name\":\"good\"}");
		}
		this.engine.execute("alter sequence app.inserts restart");
		this.phone.upload();
		assertThat(this.engine.query("select count(*) from app.item where name = 'good'"))
			.containsExactly(Integer.toString(SIZE - 1));
		assertThat(Integer.parseInt(this.engine.query("select last_value from app.inserts").get(0))).as("statements")
			.isLessThan(60);
		assertThat(this.phone.failures()).singleElement(InstanceOfAssertFactories.STRING).contains("null value");
	}

	private static long count(IntPredicate predicate) {
		return IntStream.range(0, SIZE).filter(predicate).count();
	}

	@Test
	void deletesThatATableOfTheApplicationRefuses() {
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 0, "{\"name\":\"good\",\"quantity\":" + i + "}");
		}
		this.phone.upload();
		this.engine.execute("insert into app.invoice select id from app.item where quantity % 2 = 0");
		for (int i = 0; i < SIZE; i++) {
			this.phone.delete("app.item", new UUID(1, i), 1);
		}
		QueryCountHolder.clear();
		assertThat(this.phone.upload()).containsOnly("applied 2");
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(120);
		assertThat(this.engine.query("select count(*) from app.item where quantity % 2 = 0"))
			.containsExactly(Integer.toString(SIZE / 2));
		assertThat(this.engine.query("select count(*) from app.item")).containsExactly(Integer.toString(SIZE / 2));
		assertThat(this.phone.failures()).allSatisfy((failure) -> assertThat(failure).contains("invoice"));
	}

	/**
	 * A row belongs to the user who wrote it first, and refers to no row of other users.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void rowsOfOthersStayTheirsWhereManyFail(boolean byKey) {
		Device bob = this.engine.device("bob/phone");
		bob.upsert("app.item", new UUID(7, 7), 0, "{\"name\":\"bobs\"}");
		for (int i = 0; i < SIZE; i += 4) {
			bob.upsert("app.tag", new UUID(byKey ? 2 : 3, i), 0, "{\"label\":\"bobs\"}");
		}
		bob.upload();
		for (int i = 0; i < SIZE; i++) {
			this.phone.upsert("app.tag", new UUID(2, i), 0, "{\"label\":\"" + ((i % 4 == 1) ? "bad" : "good") + "\""
					+ ((i % 4 == 2) ? ",\"item_id\":\"" + new UUID(7, 7) + "\"" : "") + "}");
		}
		QueryCountHolder.clear();
		this.phone.upload();
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(150);
		assertThat(this.engine.query("select count(*) from app.tag where label = 'bobs'"))
			.containsExactly(Integer.toString(SIZE / 4));
		assertThat(this.engine.query("select count(*) from app.tag where label = 'good'"))
			.containsExactly(Integer.toString(byKey ? SIZE / 4 : SIZE / 2));
		assertThat(this.engine.query("select count(*) from app.tag where item_id is not null")).containsExactly("0");
		assertThat(bob.failures()).isEmpty();
	}

	/** Each row needs the one before it, which has other columns. */
	@Test
	void aChainOfRowsOfTwoKindsIsWrittenInItsOrder() {
		int length = 400;
		for (int i = length - 1; i >= 0; i--) {
			this.phone.upsert("app.link", new UUID(4, i), 0, "{\"n\":1" + ((i % 2 == 0) ? ",\"note\":\"even\"" : "")
					+ ((i > 0) ? ",\"next_id\":\"" + new UUID(4, i - 1) + "\"" : "") + "}");
		}
		for (int i = 0; i < 10; i++) {
			this.phone.upsert("app.link", new UUID(5, i), 0, "{\"n\":0}");
		}
		assertThat(this.phone.upload()).hasSize(length + 10).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.link")).containsExactly(Integer.toString(length));
		assertThat(this.phone.failures()).hasSize(10);
	}

	@Test
	void oneBadRowAmongThousandsIsFoundQuickly() {
		// trials are smaller where they take long: far fewer than rows, on any machine
		for (int i = 0; i < 5_000; i++) {
			this.phone.upsert("app.item", new UUID(1, i), 0, "{\"name\":\"good\",\"quantity\":" + (i - 1) + "}");
		}
		QueryCountHolder.clear();
		this.phone.upload();
		assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(500);
		assertThat(this.phone.failures()).hasSize(1);
		assertThat(List.of(this.engine.query("select count(*) from app.item").get(0))).containsExactly("4999");
	}

}
