/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

import io.oversync.protocol.Payload;
import io.oversync.protocol.UploadChange;
import org.jspecify.annotations.Nullable;

/**
 * A kind of upload whose cost might grow faster than its size.
 *
 * @param name its name
 * @param before fills the upload that prepares the rows
 * @param measured fills the upload that is measured
 */
record UploadShape(String name, BiConsumer<Changes, Integer> before, BiConsumer<Changes, Integer> measured) {

	static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text not null,
			  amount integer check (amount >= 0), place integer, code text, unique (owner_id, place));
			create table app.cascading (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete cascade deferrable initially deferred);
			create index on app.cascading (parent_id);
			create table app.nulled (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete set null deferrable initially deferred);
			create index on app.nulled (parent_id);
			create table app.strict (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent deferrable initially deferred,
			  node_id uuid, twig_id uuid);
			create index on app.strict (parent_id);
			create table app.node (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.node deferrable initially deferred);
			create index on app.node (parent_id);
			create table app.twig (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.twig on delete cascade deferrable initially deferred);
			create index on app.twig (parent_id);
			alter table app.strict add foreign key (node_id) references app.node deferrable initially deferred;
			alter table app.strict add foreign key (twig_id) references app.twig deferrable initially deferred;
			create index on app.strict (node_id);
			create index on app.strict (twig_id);
			create table app.country (code text primary key);
			alter table app.parent add foreign key (code) references app.country deferrable initially deferred;
			create table app.invoice (parent_id uuid references app.parent);
			create index on app.invoice (parent_id);
			create function app.refuse() returns trigger language plpgsql as
			  $$ begin if new.name = 'refused' then raise exception 'refused by a trigger'; end if; return new; end $$;
			create trigger refuse before insert or update on app.parent for each row execute function app.refuse();
			create function app.invoice() returns trigger language plpgsql as
			  $$ begin if new.name = 'invoiced' then insert into app.invoice values (new.id); end if; return null; end $$;
			create trigger invoice after insert on app.parent for each row execute function app.invoice();
			""";

	static final List<String> TABLES = List.of("parent", "cascading", "nulled", "strict", "node", "twig");

	static List<UploadShape> all() {
		List<UploadShape> shapes = new ArrayList<>();
		oneRow(shapes);
		parentsAndChildren(shapes);
		chains(shapes);
		pieces(shapes);
		refused(shapes);
		return shapes;
	}

	private static void oneRow(List<UploadShape> shapes) {
		shapes.add(of("n rows inserted", (changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ""))));
		shapes.add(of("one id, one row, one content",
				(changes, n) -> changes.many(n, (i) -> changes.id(1).parent(0, 0, ""))));
		shapes.add(of("one id, one row, n contents",
				(changes, n) -> changes.many(n, (i) -> changes.id(1).parent(0, i, ",\"amount\":" + i))));
		shapes.add(new UploadShape("the same again, with n applications under the id",
				(changes, n) -> changes.many(n, (i) -> changes.id(1).parent(0, i, ",\"amount\":" + i)),
				(changes, n) -> changes.many(n, (i) -> changes.id(1).parent(0, i, ",\"amount\":" + i))));
		shapes.add(of("n ids, one row", (changes, n) -> changes.many(n, (i) -> changes.parent(0, i, ""))));
		shapes.add(new UploadShape("n deletes of one row", (changes, n) -> changes.parent(0, 0, ""),
				(changes, n) -> changes.many(n, (i) -> changes.delete("parent", 0, 1))));
		shapes.add(new UploadShape("n refused deletes of a row with n children", (changes, n) -> {
			changes.parent(0, 0, "");
			changes.many(n / 2, (i) -> changes.child("strict", i, 0));
		}, (changes, n) -> changes.many(n / 2, (i) -> changes.delete("parent", 0, 1))));
		shapes.add(of("insert and delete of one row in turn", (changes, n) -> changes.many(n / 2,
				(i) -> changes.parent(0, 2L * i, "").delete("parent", 0, 2L * i + 1))));
		shapes.add(of("keys with the same hash", (changes, n) -> changes.many(n, (i) -> changes.colliding(i))));
	}

	private static void parentsAndChildren(List<UploadShape> shapes) {
		shapes.add(of("a parent and n children inserted", (changes, n) -> {
			changes.many(n, (i) -> changes.child("strict", i, 0));
			changes.parent(0, 0, "");
		}));
		shapes.add(of("n parents with 4 children each inserted", (changes, n) -> changes.many(n, (i) -> {
			if (i % 5 == 0) {
				changes.parent(i / 5, 0, "");
			}
			else {
				changes.child("strict", i, i / 5);
			}
			return changes;
		})));
		for (String table : List.of("cascading", "nulled", "strict")) {
			shapes.add(new UploadShape("a parent with n children deleted, " + table, (changes, n) -> {
				changes.parent(0, 0, "");
				changes.many(n, (i) -> changes.child(table, i, 0));
			}, (changes, n) -> changes.delete("parent", 0, 1)));
		}
		shapes.add(new UploadShape("a parent and its n children deleted", (changes, n) -> {
			changes.parent(0, 0, "");
			changes.many(n, (i) -> changes.child("strict", i, 0));
		}, (changes, n) -> {
			changes.delete("parent", 0, 1);
			changes.many(n, (i) -> changes.delete("strict", i, 1));
		}));
		shapes.add(new UploadShape("a parent with n children deleted and back, n times", (changes, n) -> {
			changes.parent(0, 0, "");
			changes.many(n / 2, (i) -> changes.child("cascading", i, 0));
		}, (changes, n) -> changes.many(n / 4,
				(i) -> changes.delete("parent", 0, 2L * i + 1).parent(0, 2L * i + 2, ""))));
	}

	private static void chains(List<UploadShape> shapes) {
		shapes.add(of("a chain inserted, parents first",
				(changes, n) -> changes.many(n, (i) -> changes.link("node", i, (i > 0) ? i - 1 : null))));
		shapes.add(of("a chain inserted, children first",
				(changes, n) -> changes.many(n, (i) -> changes.link("node", i, (i < n - 1) ? i + 1 : null))));
		shapes
			.add(of("a circle inserted", (changes, n) -> changes.many(n, (i) -> changes.link("node", i, (i + 1) % n))));
		shapes.add(of("a circle that needs a missing row", (changes, n) -> {
			changes.many(n, (i) -> changes.link("node", i, (i + 1) % n));
			changes.link("node", n / 2, -1);
		}));
		shapes.add(of("a star inserted", (changes, n) -> changes.many(n, (i) -> changes.link("node", i, n - 1))));
		for (String table : List.of("node", "twig")) {
			BiConsumer<Changes, Integer> chain = (changes, n) -> changes.many(n,
					(i) -> changes.link(table, i, (i > 0) ? i - 1 : null));
			BiConsumer<Changes, Integer> deletes = (changes, n) -> changes.many(n, (i) -> changes.delete(table, i, 1));
			shapes.add(new UploadShape("a chain deleted, " + table, chain, deletes));
			shapes.add(new UploadShape("a chain deleted, the last row refuses, " + table,
					chain.andThen((changes, n) -> changes.guard(table, n - 1)), deletes));
			BiConsumer<Changes, Integer> circle = (changes, n) -> changes.many(n,
					(i) -> changes.link(table, i, (i + 1) % n));
			shapes.add(new UploadShape("a circle deleted, " + table, circle, deletes));
			shapes.add(new UploadShape("a circle deleted, a row refuses, " + table,
					circle.andThen((changes, n) -> changes.guard(table, n / 2)), deletes));
		}
	}

	private static void pieces(List<UploadShape> shapes) {
		shapes.add(new UploadShape("deletes that wait for later pieces",
				(changes, n) -> changes.many(n / 3, (i) -> changes.parent(i, 0, "").child("strict", i, i)),
				(changes, n) -> {
					changes.many(n / 3, (i) -> changes.delete("parent", i, 1));
					changes.many(n / 6, (i) -> changes.delete("node", 0, 2L * i + 1).link("node", 0, null));
					changes.many(n / 3, (i) -> changes.delete("strict", i, 1));
				}));
		shapes.add(new UploadShape("a cascading chain whose last row comes back",
				(changes, n) -> changes.many(n, (i) -> changes.link("twig", i, (i > 0) ? i - 1 : null)),
				(changes, n) -> {
					changes.many(n, (i) -> changes.delete("twig", i, 1));
					changes.link("twig", n - 1, null);
				}));
		shapes.add(of("n rows deleted and back in turn", (changes, n) -> {
			changes.many(n / 2, (i) -> changes.delete("parent", i, 0));
			changes.many(n / 4, (i) -> changes.parent(i, 0, "").delete("parent", i, 1));
		}));
	}

	private static void refused(List<UploadShape> shapes) {
		shapes.add(of("n rows refused, not null",
				(changes, n) -> changes.many(n, (i) -> changes.row("parent", i, 0, ""))));
		shapes.add(of("n rows refused, check",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"amount\":-1"))));
		shapes.add(of("n rows refused, trigger",
				(changes, n) -> changes.many(n, (i) -> changes.row("parent", i, 0, ",\"name\":\"refused\""))));
		shapes.add(of("n rows refused, foreign key",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"code\":\"nowhere\""))));
		shapes.add(of("n rows refused, type",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"amount\":\"much\""))));
		shapes.add(of("n rows refused, unique",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"place\":1"))));
		shapes.add(new UploadShape("n deletes refused by a table that is not registered",
				(changes, n) -> changes.many(n, (i) -> changes.row("parent", i, 0, ",\"name\":\"invoiced\"")),
				(changes, n) -> changes.many(n, (i) -> changes.delete("parent", i, 1))));
		shapes.add(of("every other row refused, not null", (changes, n) -> changes.many(n,
				(i) -> (i % 2 == 0) ? changes.row("parent", i, 0, "") : changes.parent(i, 0, ""))));
		shapes.add(of("one row of n refused, not null", (changes, n) -> changes.many(n,
				(i) -> (i == n / 3) ? changes.row("parent", i, 0, "") : changes.parent(i, 0, ""))));
		shapes.add(new UploadShape("places move, one row refused",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"place\":" + i)),
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 1,
						",\"place\":" + (i + 1) + ((i == n * 4 / 5) ? ",\"amount\":-1" : "")))));
		shapes.add(new UploadShape("places move the other way, one row refused",
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 0, ",\"place\":" + (n - i))),
				(changes, n) -> changes.many(n, (i) -> changes.parent(i, 1,
						",\"place\":" + (n - i + 1) + ((i == n / 5) ? ",\"amount\":-1" : "")))));
	}

	private static UploadShape of(String name, BiConsumer<Changes, Integer> measured) {
		return new UploadShape(name, (changes, n) -> {
		}, measured);
	}

	/** The changes of one upload. */
	static final class Changes {

		private final List<UploadChange> changes = new ArrayList<>();

		private long nextId;

		private long id;

		Changes(long nextId) {
			this.nextId = nextId;
		}

		List<UploadChange> list() {
			return this.changes;
		}

		void many(int count, IntFunction<Changes> change) {
			for (int i = 0; i < count; i++) {
				change.apply(i);
			}
		}

		/** The next change has this id of the device. */
		Changes id(long sourceChangeId) {
			this.id = sourceChangeId;
			return this;
		}

		Changes parent(int number, long version, String members) {
			return row("parent", number, version, ",\"name\":\"n\"" + members);
		}

		Changes child(String table, int number, int parent) {
			return row(table, number, 0, ",\"parent_id\":\"" + key("parent", parent) + "\"");
		}

		Changes link(String table, int number, @Nullable Integer parent) {
			return row(table, number, 0, (parent != null) ? ",\"parent_id\":\"" + key(table, parent) + "\"" : "");
		}

		/** A row that refuses the delete of another. */
		Changes guard(String table, int number) {
			return row("strict", -1, 0, ",\"" + table + "_id\":\"" + key(table, number) + "\"");
		}

		Changes row(String table, int number, long version, String members) {
			UUID pk = key(table, number);
			return add("UPDATE", table, pk, version, "{\"id\":\"" + pk + "\"" + members + "}");
		}

		Changes colliding(int number) {
			UUID pk = new UUID(number, number);
			return add("UPDATE", "parent", pk, 0, "{\"id\":\"" + pk + "\",\"name\":\"n\"}");
		}

		Changes delete(String table, int number, long version) {
			return add("DELETE", table, key(table, number), version, null);
		}

		private Changes add(String op, String table, UUID pk, long version, @Nullable String payload) {
			long own = (this.id != 0) ? this.id : ++this.nextId;
			this.id = 0;
			this.changes.add(new UploadChange(own, "app", table, op, pk.toString(), version,
					(payload != null) ? Payload.of(payload) : null));
			return this;
		}

		private static UUID key(String table, int number) {
			return new UUID(0x9E3779B97F4A7C15L * (number + 2), table.hashCode());
		}

	}

}
