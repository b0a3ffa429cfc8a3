/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Examples and random histories of {@link Compaction}.
 */
class CompactionTests {

	static final RowConstraints CONSTRAINTS = new RowConstraints() {

		@Override
		public Set<RowKey> parents(RowKey row, Map<String, String> image) {
			String parent = image.getOrDefault("parent", "null");
			return parent.equals("null") ? Set.of() : Set.of(row(Integer.parseInt(parent)));
		}

		@Override
		public Set<Object> uniqueValues(RowKey row, Map<String, String> image) {
			String value = image.getOrDefault("code", "null");
			return value.equals("null") ? Set.of() : Set.of(value);
		}

	};

	@Test
	void keepsTheLatestEntry() {
		assertThat(compact(put(1, 1, Map.of("a", "1")), put(2, 1, Map.of("a", "2")), put(3, 1, Map.of("a", "3"))))
			.containsExactly(put(3, 1, Map.of("a", "3")));
	}

	@Test
	void keepsTheEntriesThatMembersComeFrom() {
		assertThat(compact(put(1, 1, Map.of("a", "1")), put(2, 1, Map.of("a", "2", "b", "2")),
				put(3, 1, Map.of("a", "3")), put(4, 1, Map.of("a", "4"))))
			.containsExactly(put(2, 1, Map.of("a", "2", "b", "2")), put(4, 1, Map.of("a", "4")));
	}

	@Test
	void aValueOfManyRowsExcludesNone() {
		List<PrefixEntry> history = new ArrayList<>();
		for (int i = 1; i <= 2 * (Compaction.MOST_HOLDERS + 1); i++) {
			history.add(put(i, (i + 1) / 2, Map.of("code", "5")));
		}
		assertThat(Compaction.compact(history, Set.of(), CONSTRAINTS)).hasSize(Compaction.MOST_HOLDERS + 1);
	}

	@Test
	void keepsPinnedEntriesAndWhatTheyNeed() {
		assertThat(Compaction.compact(List.of(put(1, 1, Map.of("a", "1")), put(2, 2, Map.of("parent", "1")),
				put(3, 1, Map.of("a", "3")), delete(4, 2), delete(5, 1)), Set.of(2L), CONSTRAINTS))
			.extracting(PrefixEntry::serverId)
			.containsExactly(1L, 2L, 4L, 5L);
	}

	@Test
	void keepsTombstones() {
		assertThat(compact(put(1, 1, Map.of("a", "1")), delete(2, 1))).containsExactly(delete(2, 1));
	}

	@Test
	void keepsAParentBeforeItsChild() {
		assertThat(compact(put(1, 1, Map.of("a", "1")), put(2, 2, Map.of("parent", "1")), put(3, 1, Map.of("a", "2"))))
			.extracting(PrefixEntry::serverId)
			.containsExactly(1L, 2L, 3L);
	}

	@Test
	void keepsTheMoveOfAChildBeforeTheDeleteOfItsParent() {
		assertThat(compact(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")), put(3, 2, Map.of("parent", "null")),
				put(4, 2, Map.of("parent", "null")), delete(5, 1), put(6, 2, Map.of("parent", "null"))))
			.extracting(PrefixEntry::serverId)
			.containsExactly(1L, 2L, 4L, 5L, 6L);
	}

	@Test
	void keepsTheReleaseOfAUniqueValue() {
		assertThat(compact(put(1, 1, Map.of("code", "5")), put(2, 1, Map.of("code", "6")),
				put(3, 2, Map.of("code", "5")), put(4, 1, Map.of("a", "1"))))
			.extracting(PrefixEntry::serverId)
			.containsExactly(2L, 3L, 4L);
	}

	@Test
	void keepsADeleteBehindWhichMembersAreMissing() {
		assertThat(compact(put(1, 1, Map.of("a", "1")), delete(2, 1), put(3, 1, Map.of("b", "1"))))
			.containsExactly(delete(2, 1), put(3, 1, Map.of("b", "1")));
	}

	@Test
	void devicesAtEveryCursorStayConsistentAndEndWithTheSameRows() {
		int dropped = 0;
		for (int seed = 0; seed < 300; seed++) {
			List<PrefixEntry> history = history(new Random(seed), 40);
			List<PrefixEntry> compacted = Compaction.compact(history, Set.of(), CONSTRAINTS);
			dropped += history.size() - compacted.size();
			assertThat(compacted).extracting(PrefixEntry::serverId).isSorted().doesNotHaveDuplicates();
			Map<RowKey, Map<String, String>> expected = read(history, new HashMap<>(), "seed " + seed);
			for (int cursor = 0; cursor <= history.size(); cursor++) {
				Map<RowKey, Map<String, String>> rows = read(history.subList(0, cursor), new HashMap<>(), "");
				String description = "seed " + seed + ", cursor " + cursor;
				assertThat(read(after(compacted, cursor), rows, description)).as(description).isEqualTo(expected);
			}
		}
		assertThat(dropped).isGreaterThan(2_000);
	}

	@Test
	void devicesThatReadWhileEntriesAreDeletedStayConsistent() {
		for (int seed = 0; seed < 300; seed++) {
			Random random = new Random(seed);
			List<PrefixEntry> history = history(random, 40);
			List<PrefixEntry> compacted = Compaction.compact(history, Set.of(), CONSTRAINTS);
			Map<RowKey, Map<String, String>> rows = new HashMap<>();
			int deletedAbove = history.size();
			long cursor = 0;
			while (cursor < history.size()) {
				deletedAbove -= random.nextInt(Math.min(deletedAbove, 6) + 1);
				List<PrefixEntry> stream = new ArrayList<>(history.subList(0, deletedAbove));
				stream.addAll(after(compacted, deletedAbove));
				List<PrefixEntry> rest = after(stream, cursor);
				if (rest.isEmpty()) {
					break;
				}
				List<PrefixEntry> page = rest.subList(0, Math.min(rest.size(), 1 + random.nextInt(4)));
				read(page, rows, "seed " + seed);
				cursor = page.get(page.size() - 1).serverId();
			}
			assertThat(rows).as("seed " + seed).isEqualTo(read(history, new HashMap<>(), ""));
		}
	}

	@Test
	void keepsTheLastReferenceToEachParent() {
		assertThat(compact(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")), put(3, 2, Map.of("parent", "1")),
				put(4, 2, Map.of("parent", "null")), put(5, 2, Map.of("parent", "null"))))
			.extracting(PrefixEntry::serverId)
			.containsExactly(1L, 3L, 5L);
	}

	@Test
	@Tag("prove")
	void noNumberOfCompactionsTakesAParentFromItsChildAtAnyCursor() {
		for (int seed = 0; seed < 300; seed++) {
			List<PrefixEntry> history = history(new Random(seed), 60);
			List<PrefixEntry> stream = List.of();
			for (int horizon = 0; horizon < history.size(); horizon += 10) {
				stream = new ArrayList<>(stream);
				stream.addAll(history.subList(horizon, horizon + 10));
				stream = Compaction.compact(stream, Set.of(), CONSTRAINTS);
			}
			Map<RowKey, Map<String, String>> expected = read(history, new HashMap<>(), "seed " + seed);
			for (int cursor = 0; cursor <= history.size(); cursor++) {
				Map<RowKey, Map<String, String>> rows = read(history.subList(0, cursor), new HashMap<>(), "");
				String description = "seed " + seed + ", cursor " + cursor;
				for (PrefixEntry entry : after(stream, cursor)) {
					apply(entry, rows);
					checkParents(rows, description + ", " + entry);
				}
				assertThat(rows).as(description).isEqualTo(expected);
			}
		}
	}

	@Test
	@Tag("prove")
	void aSecondCompactionLeavesTheSameRowsAtEveryCursor() {
		for (int seed = 0; seed < 300; seed++) {
			List<PrefixEntry> history = history(new Random(seed), 40);
			List<PrefixEntry> stream = new ArrayList<>(
					Compaction.compact(history.subList(0, 20), Set.of(), CONSTRAINTS));
			stream.addAll(history.subList(20, history.size()));
			List<PrefixEntry> compacted = Compaction.compact(stream, Set.of(), CONSTRAINTS);
			Map<RowKey, Map<String, String>> expected = read(history, new HashMap<>(), "");
			for (int cursor = 0; cursor <= history.size(); cursor++) {
				Map<RowKey, Map<String, String>> rows = read(history.subList(0, cursor), new HashMap<>(), "");
				after(compacted, cursor).forEach((entry) -> apply(entry, rows));
				assertThat(rows).as("seed " + seed + ", cursor " + cursor).isEqualTo(expected);
			}
			read(compacted, new HashMap<>(), "seed " + seed);
		}
	}

	@Test
	void devicesThatReadWholeTransactionsStayConsistent() {
		int dropped = 0;
		for (int seed = 0; seed < 500; seed++) {
			List<PrefixEntry> history = transactions(new Random(seed), 40);
			List<PrefixEntry> compacted = Compaction.compact(history, Set.of(), CONSTRAINTS);
			dropped += history.size() - compacted.size();
			List<Integer> ends = ends(history);
			Map<RowKey, Map<String, String>> expected = apply(history, new HashMap<>());
			for (int cursor : ends) {
				Map<RowKey, Map<String, String>> rows = apply(history.subList(0, cursor), new HashMap<>());
				int before = cursor;
				for (int end : ends.subList(ends.indexOf(cursor) + 1, ends.size())) {
					int from = before;
					apply(compacted.stream()
						.filter((entry) -> entry.serverId() > from && entry.serverId() <= end)
						.toList(), rows);
					check(rows, "seed " + seed + ", cursor " + cursor + ", up to " + end);
					before = end;
				}
				assertThat(rows).as("seed " + seed + ", cursor " + cursor).isEqualTo(expected);
			}
		}
		assertThat(dropped).isGreaterThan(3_000);
	}

	/** The positions at which a transaction ends, and the beginning. */
	static List<Integer> ends(List<PrefixEntry> history) {
		List<Integer> ends = new ArrayList<>(List.of(0));
		for (int i = 0; i < history.size(); i++) {
			if (i + 1 == history.size() || history.get(i).transaction() != history.get(i + 1).transaction()) {
				ends.add(i + 1);
			}
		}
		return ends;
	}

	/** Changes one to four at a time, which the constraints may refuse in between. */
	static List<PrefixEntry> transactions(Random random, int size) {
		List<PrefixEntry> history = new ArrayList<>();
		Map<RowKey, Map<String, String>> rows = new HashMap<>();
		while (history.size() < size) {
			List<PrefixEntry> transaction = new ArrayList<>();
			int count = 1 + random.nextInt(4);
			for (int i = 0; i < count; i++) {
				PrefixEntry next = next(random, history.size() + 1 + i);
				transaction.add(new PrefixEntry(next.serverId(), next.row(), next.members(), history.size() + 1));
			}
			Map<RowKey, Map<String, String>> then = new HashMap<>();
			rows.forEach((row, image) -> then.put(row, new HashMap<>(image)));
			try {
				apply(transaction, then);
				check(then, "");
			}
			catch (AssertionError ex) {
				continue;
			}
			rows = then;
			history.addAll(transaction);
		}
		return history;
	}

	static Map<RowKey, Map<String, String>> apply(List<PrefixEntry> entries, Map<RowKey, Map<String, String>> rows) {
		entries.forEach((entry) -> apply(entry, rows));
		return rows;
	}

	static Map<RowKey, Map<String, String>> read(List<PrefixEntry> entries, Map<RowKey, Map<String, String>> rows,
			String description) {
		for (PrefixEntry entry : entries) {
			apply(entry, rows);
			check(rows, description + ", " + entry);
		}
		return rows;
	}

	static void check(Map<RowKey, Map<String, String>> rows, String description) {
		Set<Object> values = new HashSet<>();
		checkParents(rows, description);
		rows.forEach((row, image) -> {
			if (!CONSTRAINTS.uniqueValues(row, image).stream().allMatch(values::add)) {
				throw new AssertionError("Unique value twice: " + description);
			}
		});
	}

	static void checkParents(Map<RowKey, Map<String, String>> rows, String description) {
		rows.forEach((row, image) -> {
			if (!rows.keySet().containsAll(CONSTRAINTS.parents(row, image))) {
				throw new AssertionError("Child without parent: " + description);
			}
		});
	}

	private static void apply(PrefixEntry entry, Map<RowKey, Map<String, String>> rows) {
		Map<String, String> members = entry.members();
		if (members == null) {
			rows.remove(entry.row());
		}
		else {
			rows.computeIfAbsent(entry.row(), (row) -> new HashMap<>()).putAll(members);
		}
	}

	static List<PrefixEntry> after(List<PrefixEntry> entries, long cursor) {
		return entries.stream().filter((entry) -> entry.serverId() > cursor).toList();
	}

	/** Changes that are refused by the constraints are left out. */
	static List<PrefixEntry> history(Random random, int size) {
		List<PrefixEntry> history = new ArrayList<>();
		Map<RowKey, Map<String, String>> rows = new HashMap<>();
		while (history.size() < size) {
			PrefixEntry next = next(random, history.size() + 1);
			if (next.isDelete() && !rows.containsKey(next.row())) {
				continue;
			}
			Map<RowKey, Map<String, String>> then = new HashMap<>();
			rows.forEach((row, image) -> then.put(row, new HashMap<>(image)));
			try {
				read(List.of(next), then, "");
			}
			catch (AssertionError ex) {
				continue;
			}
			rows = then;
			history.add(next);
		}
		return history;
	}

	private static PrefixEntry next(Random random, long serverId) {
		int row = random.nextInt(5);
		if (random.nextInt(4) == 0) {
			return delete(serverId, row);
		}
		Map<String, String> members = new HashMap<>();
		if (random.nextBoolean()) {
			members.put("parent", (random.nextInt(3) > 0) ? Integer.toString(random.nextInt(5)) : "null");
		}
		if (random.nextBoolean()) {
			members.put("code", (random.nextInt(3) > 0) ? Integer.toString(random.nextInt(3)) : "null");
		}
		if (random.nextBoolean()) {
			members.put("a", Long.toString(serverId));
		}
		return put(serverId, row, members);
	}

	private static List<PrefixEntry> compact(PrefixEntry... prefix) {
		return Compaction.compact(List.of(prefix), Set.of(), CONSTRAINTS);
	}

	static PrefixEntry put(long serverId, int row, Map<String, String> members) {
		return new PrefixEntry(serverId, row(row), members, serverId);
	}

	static PrefixEntry delete(long serverId, int row) {
		return new PrefixEntry(serverId, row(row), null, serverId);
	}

	static RowKey row(int row) {
		return new RowKey(new TableName("app", "row"), new UUID(0, row));
	}

}
