/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import net.ttddyy.dsproxy.QueryCountHolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Unique values that move between rows of one upload arrive unchanged.
 */
class MovingValuesIntegrationTests {

	/** A column, the rest of the table, and three values of the column. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					v integer unique                                     |                                   | 1 | 2 | 3
					v integer not null unique                            |                                   | 1 | 2 | 3
					v integer not null unique check (v > 0)              |                                   | 1 | 2 | 3
					v integer not null unique check (v between 1 and 9)  |                                   | 1 | 2 | 3
					v smallint not null unique                           |                                   | 1 | 2 | 3
					v bigint not null unique                             |                                   | 1 | 2 | 3
					v numeric(3,1) not null unique                       |                                   | 1 | 2.5 | 3
					v double precision not null unique                   |                                   | 1 | 2.5 | 3
					v text unique                                        |                                   | "a" | "b" | "c"
					v text not null unique                               |                                   | "a" | "b" | "c"
					v varchar(1) not null unique                         |                                   | "a" | "b" | "c"
					v varchar(9) not null unique check (v ~ '^[a-f]+$')  |                                   | "a" | "b" | "c"
					v text not null check (v is not null and v > '')     | unique (owner_id, v)              | "a" | "b" | "c"
					v text                                               | unique (owner_id, v)              | "a" | "b" | "c"
					v text not null                                      | unique (owner_id, note, v)        | "a" | "b" | "c"
					v date not null unique                               |                                   | "2024-01-01" | "2024-01-02" | "2024-01-03"
					v timestamptz not null unique                        |                                   | "2024-01-01" | "2024-01-02" | "2024-01-03"
					v uuid not null unique                               |                                   | "00000000-0000-0000-0000-000000000001" | "00000000-0000-0000-0000-000000000002" | "00000000-0000-0000-0000-000000000003"
					v bytea not null unique                              |                                   | "AQ==" | "Ag==" | "Aw=="
					v app.size not null unique                           |                                   | "s" | "m" | "l"
					v app.code not null unique                           |                                   | "a1" | "b1" | "c1"
					v int4range not null                                 | exclude using gist (v with &&)    | "[1,3)" | "[3,5)" | "[5,7)"
					v int4range                                          | exclude using gist (v with &&)    | "[1,3)" | "[3,5)" | "[5,7)"
					v integer not null                                   | unique (v) deferrable             | 1 | 2 | 3
					v integer not null, w integer generated always as (v * 2) stored unique |                | 1 | 2 | 3
					v integer not null unique, serial integer generated always as identity  |                | 1 | 2 | 3
					v text not null, w integer unique check (w is null)  | unique (v)                        | "a" | "b" | "c"
					""")
	void rotate(String column, String constraint, String a, String b, String c) {
		String ddl = """
				create schema app;
				create type app.size as enum ('s', 'm', 'l');
				create domain app.code as varchar(2) check (value like '%%1');
				create table app.item (id uuid primary key, owner_id text not null, note text, kept text default 'k',
				  %s%s);
				""".formatted(column, (constraint != null) ? ", " + constraint : "");
		try (TestEngine engine = TestEngine.start(ddl, "app.item(owner_id)")) {
			rotateAndCheck(engine, a, b, c);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "create unique index on app.item (lower(v))",
			"create unique index on app.item (owner_id, v) where note is not null",
			"create unique index on app.item (owner_id, v) where v like 'a%' or v like 'b%'",
			"create unique index on app.item (coalesce(v, ''))",
			"create unique index on app.item (owner_id, (v || '!')) include (note)" })
	void rotateUnderAnIndex(String index) {
		String ddl = """
				create schema app;
				create table app.item (id uuid primary key, owner_id text not null, note text, kept text default 'k',
				  v text not null);
				""" + index + ";";
		try (TestEngine engine = TestEngine.start(ddl, "app.item(owner_id)")) {
			rotateAndCheck(engine, "\"a\"", "\"b\"", "\"c\"");
		}
	}

	private static void rotateAndCheck(TestEngine engine, String a, String b, String c) {
		Device phone = engine.device("alice/phone");
		List<String> values = List.of(a, b, c);
		for (int i = 0; i < 3; i++) {
			phone.upsert("app.item", new UUID(0, i), 0, "{\"note\":\"n\",\"v\":" + values.get(i) + "}");
		}
		phone.upload();
		assertThat(phone.failures()).isEmpty();
		List<String> before = engine.query("select v::text from app.item order by id");
		engine.execute("update app.item set kept = 'the application' where id = '" + new UUID(0, 1) + "'");
		for (int i = 0; i < 3; i++) {
			phone.upsert("app.item", new UUID(0, i), 1, "{\"v\":" + values.get((i + 1) % 3) + "}");
		}
		assertThat(phone.upload()).containsOnly("applied 2");
		assertThat(phone.failures()).isEmpty();
		assertThat(engine.query("select v::text from app.item order by id")).containsExactly(before.get(1),
				before.get(2), before.get(0));
		assertThat(engine.query("select note || kept from app.item order by id")).containsExactly("nk",
				"nthe application", "nk");
	}

	private static final String LIST = """
			create schema app;
			create table app.list (id uuid primary key, owner_id text not null, name text not null);
			create table app.item (id uuid primary key, owner_id text not null, list_id uuid references app.list,
			  place integer not null check (place >= 0), title text not null, unique (list_id, place));
			create table app.mark (id uuid primary key, item_id uuid references app.item on delete cascade);
			""";

	private static String place(int place) {
		return "{\"place\":" + place + ",\"title\":\"t\",\"list_id\":\"" + new UUID(1, 1) + "\"}";
	}

	private static Device listOf(TestEngine engine, int size) {
		Device phone = engine.device("alice/phone");
		phone.upsert("app.list", new UUID(1, 1), 0, "{\"name\":\"n\"}");
		for (int i = 0; i < size; i++) {
			phone.upsert("app.item", new UUID(0, i), 0, place(i));
		}
		phone.upload();
		engine.execute("insert into app.mark select gen_random_uuid(), id from app.item");
		return phone;
	}

	@Test
	@Tag("prove")
	void aLongListMovesByOneAndNothingIsDeleted() {
		int size = 10_000;
		try (TestEngine engine = TestEngine.start(LIST, "app.item(owner_id)", "app.list(owner_id)")) {
			Device phone = listOf(engine, size);
			for (int i = 0; i < size; i++) {
				phone.upsert("app.item", new UUID(0, i), 1, place(i + 1));
			}
			phone.upsert("app.item", new UUID(0, size), 0, place(0));
			QueryCountHolder.clear();
			assertThat(phone.upload()).hasSize(size + 1);
			assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(40);
			assertThat(phone.failures()).isEmpty();
			assertThat(engine
				.query("select count(*) from app.item where place = ('x' || right(id::text, 8))::bit(32)::int + 1"))
				.containsExactly(Integer.toString(size));
			assertThat(engine.query("select count(*) from app.mark")).containsExactly(Integer.toString(size));
		}
	}

	@Test
	void aBadRowAmongThoseThatMoveIsTheOnlyFailure() {
		try (TestEngine engine = TestEngine.start(LIST, "app.item(owner_id)", "app.list(owner_id)")) {
			Device phone = listOf(engine, 40);
			phone.upsert("app.item", new UUID(0, 20), 1, "{\"place\":19,\"title\":null}");
			for (int i = 0; i < 10; i++) {
				phone.upsert("app.item", new UUID(0, i), 1, place((i + 1) % 10));
			}
			assertThat(phone.upload()).containsOnly("applied 2");
			assertThat(phone.failures()).singleElement().satisfies((failure) -> assertThat(failure).contains("title"));
			assertThat(engine.query("select place from app.item order by id limit 10")).containsExactly("1", "2", "3",
					"4", "5", "6", "7", "8", "9", "0");
			assertThat(engine.query("select place from app.item where id = '" + new UUID(0, 20) + "'"))
				.as("a failed row keeps what it has")
				.containsExactly("20");
		}
	}

	/** Its value stays taken, and so do the values of all rows that wait for it. */
	@Test
	void aRowThatCannotMoveHoldsThoseBehindIt() {
		try (TestEngine engine = TestEngine.start(LIST, "app.item(owner_id)", "app.list(owner_id)")) {
			Device phone = listOf(engine, 10);
			for (int i = 0; i < 10; i++) {
				phone.upsert("app.item", new UUID(0, i), 1, (i == 8) ? "{\"place\":-1}" : place(i + 1));
			}
			assertThat(phone.upload()).containsOnly("applied 2");
			assertThat(phone.failures()).hasSize(9);
			List<String> places = new ArrayList<>(engine.query("select place from app.item order by id"));
			assertThat(places).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "10");
		}
	}

	/** Any number of rows may wait for it, in any order. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRowThatCannotMoveHoldsAllThoseBehindItAtOnce(boolean backwards) {
		int size = 2_000;
		int stuck = size * 4 / 5;
		try (TestEngine engine = TestEngine.start(LIST, "app.item(owner_id)", "app.list(owner_id)")) {
			Device phone = listOf(engine, size);
			for (int i = 0; i < size; i++) {
				int row = backwards ? size - 1 - i : i;
				phone.upsert("app.item", new UUID(0, row), 1,
						(row == stuck) ? "{\"place\":" + (row + 1) + ",\"title\":null}" : place(row + 1));
			}
			QueryCountHolder.clear();
			assertThat(phone.upload()).containsOnly("applied 2");
			assertThat(QueryCountHolder.getGrandTotal().getTotal()).as("statements").isLessThan(250);
			assertThat(engine.query("select count(*) from sync.materialize_failures"))
				.containsExactly(Integer.toString(stuck + 1));
			assertThat(engine.query("select count(*) from sync.materialize_failures where error like '%unique%'"))
				.containsExactly(Integer.toString(stuck));
			assertThat(engine.query("""
					select count(*) from app.item
					where place = ('x' || right(id::text, 8))::bit(32)::int
					  + case when ('x' || right(id::text, 8))::bit(32)::int > %d then 1 else 0 end""".formatted(stuck)))
				.containsExactly(Integer.toString(size));
		}
	}

	@Test
	void aRowOfTheUploadTakesTheValueOfManyThatItDeletes() {
		try (TestEngine engine = TestEngine.start(LIST, "app.item(owner_id)", "app.list(owner_id)")) {
			Device phone = listOf(engine, 500);
			for (int i = 0; i < 500; i++) {
				phone.delete("app.item", new UUID(0, i), 1).upsert("app.item", new UUID(2, i), 0, place(i));
			}
			assertThat(phone.upload()).hasSize(1000);
			assertThat(phone.failures()).isEmpty();
			assertThat(engine.query("select count(*) from app.item where id > '" + new UUID(1, 0) + "'"))
				.containsExactly("500");
			assertThat(engine.query("select count(*) from app.item")).containsExactly("500");
		}
	}

	@Test
	void rowsOfOthersAreNeverTouched() {
		try (TestEngine engine = TestEngine.start("""
				create schema app;
				create table app.item (id uuid primary key, owner_id text not null, v text unique);
				""", "app.item(owner_id)")) {
			Device phone = engine.device("alice/phone");
			engine.device("bob/phone").upsert("app.item", new UUID(0, 9), 0, "{\"v\":\"bobs\"}").upload();
			phone.upsert("app.item", new UUID(0, 1), 0, "{\"v\":\"a\"}")
				.upsert("app.item", new UUID(0, 2), 0, "{\"v\":\"b\"}")
				.upload();
			phone.upsert("app.item", new UUID(0, 1), 1, "{\"v\":\"b\"}")
				.upsert("app.item", new UUID(0, 2), 1, "{\"v\":\"bobs\"}")
				.upsert("app.item", new UUID(0, 9), 0, "{\"v\":\"a\"}");
			phone.upload();
			assertThat(engine.query("select v from app.item order by id")).containsExactly("a", "b", "bobs");
			assertThat(phone.failures()).hasSize(3);
			assertThat(engine.device("bob/phone").failures()).isEmpty();
		}
	}

	@Test
	void withoutAnOwnerColumnTheyMoveToo() {
		try (TestEngine engine = TestEngine.start("""
				create schema app;
				create table app.item (id uuid primary key, v text unique);
				""", "app.item")) {
			Device phone = engine.device("alice/phone");
			phone.upsert("app.item", new UUID(0, 1), 0, "{\"v\":\"a\"}")
				.upsert("app.item", new UUID(0, 2), 0, "{\"v\":\"b\"}")
				.upload();
			phone.upsert("app.item", new UUID(0, 1), 1, "{\"v\":\"b\"}")
				.upsert("app.item", new UUID(0, 2), 1, "{\"v\":\"a\"}")
				.upload();
			assertThat(phone.failures()).isEmpty();
			assertThat(engine.query("select v from app.item order by id")).containsExactly("b", "a");
		}
	}

	/**
	 * Neither flags nor the rows of a table with dependent rows can be parked.
	 */
	@Test
	void placesMoveAlthoughAnotherIndexHasNoRoomForPlaceholders() {
		try (TestEngine engine = TestEngine.start("""
				create schema app;
				create table app.item (id uuid primary key, owner_id text not null, place integer not null unique,
				  chosen boolean not null);
				create unique index on app.item (owner_id) where chosen;
				create table app.mark (item_id uuid references app.item on delete cascade);
				""", "app.item(owner_id)")) {
			Device phone = engine.device("alice/phone");
			for (int i = 0; i < 3; i++) {
				phone.upsert("app.item", new UUID(0, i), 0, "{\"place\":" + i + ",\"chosen\":" + (i == 2) + "}");
			}
			phone.upload();
			engine.execute("insert into app.mark select id from app.item");
			for (int i = 0; i < 3; i++) {
				phone.upsert("app.item", new UUID(0, i), 1,
						"{\"place\":" + (i + 1) % 3 + ",\"chosen\":" + (i == 0) + "}");
			}
			phone.upload();
			assertThat(phone.failures()).isEmpty();
			assertThat(engine.query("select place || ' ' || chosen from app.item order by id"))
				.containsExactly("1 true", "2 false", "0 false");
			assertThat(engine.query("select count(*) from app.mark")).containsExactly("3");
		}
	}

	/** Null in the parent's key would be passed on to the child permanently. */
	@Test
	void referencesToAUniqueColumnFollowItsRow() {
		try (TestEngine engine = TestEngine.start("""
				create schema app;
				create table app.item (id uuid primary key, owner_id text not null, v text unique);
				create table app.mark (item text references app.item (v) on update cascade);
				""", "app.item(owner_id)")) {
			Device phone = engine.device("alice/phone");
			phone.upsert("app.item", new UUID(0, 1), 0, "{\"v\":\"a\"}")
				.upsert("app.item", new UUID(0, 2), 0, "{\"v\":\"b\"}")
				.upload();
			engine.execute("insert into app.mark values ('a')");
			phone.upsert("app.item", new UUID(0, 1), 1, "{\"v\":\"b\"}")
				.upsert("app.item", new UUID(0, 2), 1, "{\"v\":\"a\"}")
				.upload();
			assertThat(engine.query("select count(item) from app.mark")).containsExactly("1");
		}
	}

}
