/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.compact.Retention;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Operation;
import io.oversync.protocol.PayloadMembers;
import io.oversync.test.TestScale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random histories are compacted. A device at any cursor ends with the rows that the
 * whole history gives it, and meets no row on the way whose parent it lacks and no unique
 * value twice.
 */
@Tag("prove")
@Tag(TestScale.TAG)
class CompactedHistoriesIntegrationTests {

	private static final int HISTORIES = TestScale.of(4);

	private static final int CHANGES = 60;

	private static final int ROWS = 4;

	private static final Retention NONE = new Retention(Duration.ZERO, Duration.ZERO, false);

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.list (id uuid primary key, owner_id text not null, name text,
			  above uuid references app.list on delete cascade deferrable initially deferred);
			create index on app.list (above);
			create table app.item (id uuid primary key, owner_id text not null, name text, "Code" text,
			  list_id uuid references app.list on delete set null deferrable initially deferred,
			  unique (owner_id, "Code"));
			create index on app.item (list_id);""", "app.list(owner_id)", "app.item(owner_id)");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void devicesAtEveryCursorEndWithTheSameRows() {
		int removed = 0;
		for (int seed = 0; seed < HISTORIES; seed++) {
			String user = "user" + seed;
			play(user, new Random(seed));
			List<DownloadedChange> whole = this.engine.device(user + "/watch").stream();
			removed += (int) this.engine.syncEngine().compaction(NONE).compact(user).removed();
			List<DownloadedChange> compacted = this.engine.device(user + "/watch").stream();
			Map<String, Map<String, String>> expected = new Rows(whole).rows;
			for (int cursor = 0; cursor <= whole.size(); cursor++) {
				Rows rows = new Rows(whole.subList(0, cursor));
				for (DownloadedChange change : compacted) {
					if (change.serverId() > cursor) {
						rows.apply(change);
						rows.check("history " + seed + " from " + cursor + " at " + change);
					}
				}
				assertThat(rows.rows).as("history " + seed + " from " + cursor).isEqualTo(expected);
			}
		}
		assertThat(removed).isGreaterThan(HISTORIES * CHANGES / 10);
	}

	@Test
	void noNumberOfCompactionsTakesAParentFromItsChild() {
		for (int seed = 0; seed < HISTORIES; seed++) {
			String user = "user" + seed;
			Random random = new Random(seed);
			List<DownloadedChange> whole = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				long after = whole.isEmpty() ? 0 : whole.get(whole.size() - 1).serverId();
				play(user, random);
				whole.addAll(this.engine.device(user + "/watch")
					.stream()
					.stream()
					.filter((change) -> change.serverId() > after)
					.toList());
				this.engine.syncEngine().compaction(NONE).compact(user);
			}
			List<DownloadedChange> compacted = this.engine.device(user + "/watch").stream();
			Map<String, Map<String, String>> expected = new Rows(whole).rows;
			Rows fresh = new Rows(List.of());
			for (DownloadedChange change : compacted) {
				fresh.apply(change);
				fresh.check("history " + seed + " at " + change);
			}
			assertThat(fresh.rows).as("history " + seed).isEqualTo(expected);
			for (int cursor = 0; cursor <= whole.size(); cursor += 5) {
				Rows rows = new Rows(whole.subList(0, cursor));
				long after = cursor;
				for (DownloadedChange change : compacted) {
					if (change.serverId() > after) {
						rows.apply(change);
						assertThat(rows.orphan()).as("history " + seed + " from " + cursor + " at " + change).isNull();
					}
				}
				assertThat(rows.rows).as("history " + seed + " from " + cursor).isEqualTo(expected);
			}
		}
	}

	/** One change at a time; the server may add effects of deletes. */
	private void play(String user, Random random) {
		for (int i = 0; i < CHANGES; i++) {
			Rows rows = new Rows(this.engine.device(user + "/watch").stream());
			TestEngine.Device device = this.engine.device(user + "/" + (random.nextBoolean() ? "phone" : "tablet"));
			boolean list = random.nextBoolean();
			int number = random.nextInt(ROWS);
			UUID row = key(user, list, number);
			String table = list ? "app.list" : "app.item";
			long version = rows.versions.getOrDefault(name(table, row), 0L);
			if (random.nextInt(5) == 0) {
				device.delete(table, row, version).upload();
				continue;
			}
			String payload = payload(user, list, number, random, i);
			Rows then = new Rows(List.of());
			rows.rows.forEach((key, members) -> then.rows.put(key, new HashMap<>(members)));
			then.put(name(table, row), payload.getBytes(StandardCharsets.UTF_8));
			if (then.problem() == null) {
				device.upsert(table, row, version, payload).upload();
			}
		}
	}

	private static String payload(String user, boolean list, int number, Random random, int i) {
		List<String> members = new ArrayList<>();
		if (random.nextInt(4) > 0) {
			members.add("\"%s\":\"%s\"".formatted(random.nextBoolean() ? "name" : "NAME", i));
		}
		// a list refers to one before it: rows of a circle are deleted together
		if (random.nextBoolean() && (!list || number > 0)) {
			members.add("\"%s\":%s".formatted(list ? "above" : "list_id", (random.nextInt(3) == 0) ? "null"
					: "\"" + key(user, true, random.nextInt(list ? number : ROWS)) + "\""));
		}
		if (!list && random.nextBoolean()) {
			members.add("\"%s\":%s".formatted(random.nextBoolean() ? "code" : "Code",
					(random.nextInt(3) == 0) ? "null" : "\"c" + random.nextInt(2) + "\""));
		}
		if (random.nextInt(6) == 0) {
			members.add("\"extra\":" + i);
		}
		return "{" + String.join(",", members) + "}";
	}

	private static UUID key(String user, boolean list, int number) {
		return new UUID(user.hashCode(), (list ? 100 : 200) + number);
	}

	private static String name(String table, UUID row) {
		return table + ":" + row;
	}

	/** The rows of a device whose columns have no case, as those of SQLite. */
	private static final class Rows {

		private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();

		private final Map<String, Long> versions = new HashMap<>();

		Rows(List<DownloadedChange> changes) {
			changes.forEach(this::apply);
		}

		void apply(DownloadedChange change) {
			String row = name(change.table().toString(), change.pk());
			this.versions.put(row, change.serverVersion());
			if (change.op() == Operation.DELETE) {
				this.rows.remove(row);
			}
			else {
				put(row, change.payload().utf8());
			}
		}

		void put(String row, byte[] payload) {
			Map<String, String> members = this.rows.computeIfAbsent(row, (key) -> new HashMap<>());
			PayloadMembers.read(payload)
				.forEach((name, value) -> members.put(name.toLowerCase(Locale.ROOT),
						(value.type() == JsonValue.Type.NULL) ? "" : value.text()));
		}

		void check(String where) {
			assertThat(problem()).as(where).isNull();
		}

		@Nullable String orphan() {
			for (Map.Entry<String, Map<String, String>> row : this.rows.entrySet()) {
				for (String reference : List.of("above", "list_id")) {
					String parent = row.getValue().getOrDefault(reference, "");
					if (!parent.isEmpty() && !this.rows.containsKey("app.list:" + parent)) {
						return row.getKey() + " has no parent " + parent;
					}
				}
			}
			return null;
		}

		@Nullable String problem() {
			Set<String> codes = new HashSet<>();
			String orphan = orphan();
			if (orphan != null) {
				return orphan;
			}
			for (Map.Entry<String, Map<String, String>> row : this.rows.entrySet()) {
				String code = row.getValue().getOrDefault("code", "");
				if (!code.isEmpty() && !codes.add(code)) {
					return row.getKey() + " has the code " + code + " of another row";
				}
			}
			return null;
		}

	}

}
