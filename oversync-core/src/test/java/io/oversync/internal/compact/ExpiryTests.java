/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

import io.oversync.internal.catalog.RowKey;
import org.junit.jupiter.api.Test;

import static io.oversync.internal.compact.CompactionTests.CONSTRAINTS;
import static io.oversync.internal.compact.CompactionTests.delete;
import static io.oversync.internal.compact.CompactionTests.put;
import static io.oversync.internal.compact.CompactionTests.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Examples and random histories of {@link Expiry}.
 */
class ExpiryTests {

	private static final Set<RowKey> ALL = Set.of(row(0), row(1), row(2), row(3), row(4));

	private static List<Expiry.Step> find(List<PrefixEntry> entries, Set<Long> pinned, long horizon) {
		return Expiry.find(entries, ALL, pinned, horizon, CONSTRAINTS, 100);
	}

	private static List<Long> gone(List<PrefixEntry> entries, Set<Long> pinned, long horizon) {
		return find(entries, pinned, horizon).stream().flatMap((step) -> step.positions().stream()).sorted().toList();
	}

	@Test
	void aDeletedRowGoesWithAllOfItsEntries() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of("a", "1")), put(2, 2, Map.of()),
				put(3, 1, Map.of("b", "1")), delete(4, 1), put(5, 3, Map.of()));
		List<Expiry.Step> steps = find(history, Set.of(), 9);
		assertThat(steps).singleElement().satisfies((step) -> {
			assertThat(step.positions()).containsExactly(1L, 3L, 4L);
			assertThat(step.tombstones()).containsExactly(delete(4, 1));
			assertThat(step.end()).isEqualTo(4);
		});
	}

	@Test
	void aRowStaysThatHasNotExpired() {
		assertThat(Expiry.find(List.of(put(1, 1, Map.of()), delete(2, 1), put(3, 2, Map.of())), Set.of(row(2)),
				Set.of(), 9, CONSTRAINTS, 100))
			.isEmpty();
	}

	@Test
	void aRowStaysThatLivesAgain() {
		assertThat(
				gone(List.of(put(1, 1, Map.of()), delete(2, 1), put(3, 1, Map.of()), put(4, 2, Map.of())), Set.of(), 9))
			.isEmpty();
	}

	@Test
	void theLastEntryUpToTheHorizonStays() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), delete(2, 1), put(3, 2, Map.of()));
		assertThat(gone(history, Set.of(), 2)).as("devices are there").isEmpty();
		assertThat(gone(history, Set.of(), 3)).containsExactly(1L, 2L);
		assertThat(gone(history.subList(0, 2), Set.of(), 9)).as("the end of the prefix").isEmpty();
	}

	@Test
	void theWholeTransactionOfADeleteHasToBePassed() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), put(2, 2, Map.of()),
				new PrefixEntry(3, row(1), null, 7), new PrefixEntry(4, row(2), Map.of("a", "1"), 7),
				put(5, 3, Map.of()));
		assertThat(gone(history, Set.of(), 4)).isEmpty();
		assertThat(find(history, Set.of(), 5)).singleElement().extracting(Expiry.Step::end).isEqualTo(4L);
		assertThat(gone(history.subList(0, 4), Set.of(), 9)).as("it may go on").isEmpty();
	}

	@Test
	void aRowStaysOfWhichAnEntryIsPinned() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), delete(2, 1), put(3, 2, Map.of()));
		assertThat(gone(history, Set.of(1L), 9)).isEmpty();
		assertThat(gone(history, Set.of(2L), 9)).isEmpty();
	}

	@Test
	void aRowStaysThatAnEntryOfALiveRowRefersTo() {
		assertThat(gone(List.of(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")),
				put(3, 2, Map.of("parent", "null")), delete(4, 1), put(5, 3, Map.of())), Set.of(), 9))
			.isEmpty();
	}

	@Test
	void whatARowThatStaysRefersToStaysToo() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")),
				put(3, 3, Map.of("parent", "2")), delete(4, 3), delete(5, 2), delete(6, 1), put(7, 4, Map.of()));
		assertThat(gone(history, Set.of(), 9)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
		assertThat(gone(history, Set.of(4L), 9)).as("the grandchild is pinned").isEmpty();
		assertThat(gone(history, Set.of(5L), 9)).as("the child is pinned").containsExactly(3L, 4L);
	}

	@Test
	void childrenGoBeforeTheirParents() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")), delete(3, 2),
				delete(4, 1), put(5, 4, Map.of()));
		assertThat(Expiry.find(history, ALL, Set.of(), 9, CONSTRAINTS, 1)).extracting(Expiry.Step::positions)
			.containsExactly(List.of(2L, 3L), List.of(1L, 4L));
	}

	@Test
	void circlesGoTogether() {
		List<PrefixEntry> history = List.of(put(1, 1, Map.of()), put(2, 2, Map.of("parent", "1")),
				put(3, 1, Map.of("parent", "2")), new PrefixEntry(4, row(2), null, 7),
				new PrefixEntry(5, row(1), null, 7), put(6, 4, Map.of()));
		assertThat(Expiry.find(history, ALL, Set.of(), 9, CONSTRAINTS, 1)).singleElement().satisfies((step) -> {
			assertThat(step.positions()).hasSize(5);
			assertThat(step.end()).isEqualTo(5);
		});
	}

	/**
	 * Whatever was compacted before and is compacted afterwards: a device that begins
	 * with nothing, and each that has passed the deletes, is consistent at the end of
	 * each transaction and ends with the same rows as without an expiry. So it is after
	 * each step.
	 */
	@Test
	void devicesThatAreServedEndWithTheSameRows() {
		int gone = 0;
		for (int seed = 0; seed < 2000; seed++) {
			Random random = new Random(seed);
			List<PrefixEntry> history = CompactionTests.transactions(random, 40);
			Map<RowKey, Map<String, String>> expected = CompactionTests.apply(history, new HashMap<>());
			int prefix = 10 + random.nextInt(31);
			List<PrefixEntry> stream = new ArrayList<>((random.nextInt(4) == 0) ? history.subList(0, prefix)
					: Compaction.compact(history.subList(0, prefix), Set.of(), CONSTRAINTS));
			Set<Long> pinned = random.nextBoolean() ? Set.of() : Set.of((long) random.nextInt(prefix));
			List<Expiry.Step> steps = Expiry.find(stream, expired(random), pinned, prefix, CONSTRAINTS,
					1 + random.nextInt(6));
			stream.addAll(history.subList(prefix, history.size()));
			long since = 0;
			for (Expiry.Step step : steps) {
				Set<Long> positions = new HashSet<>(step.positions());
				stream.removeIf((entry) -> positions.contains(entry.serverId()));
				gone += positions.size();
				since = Math.max(since, step.end());
				assertThat(Collections.disjoint(positions, pinned)).isTrue();
				devicesConverge(history, stream, since, expected, CompactionTests::check, "seed " + seed);
			}
			if (!steps.isEmpty()) {
				devicesConverge(history, Compaction.compact(stream, Set.of(), CONSTRAINTS), since, expected,
						CompactionTests::checkParents, "compacted again, seed " + seed);
			}
		}
		assertThat(gone).isGreaterThan(2_000);
	}

	private static Set<RowKey> expired(Random random) {
		Set<RowKey> rows = new HashSet<>(ALL);
		rows.removeIf((row) -> random.nextInt(4) == 0);
		return rows;
	}

	private static void devicesConverge(List<PrefixEntry> history, List<PrefixEntry> stream, long since,
			Map<RowKey, Map<String, String>> expected, BiConsumer<Map<RowKey, Map<String, String>>, String> check,
			String description) {
		List<Integer> ends = CompactionTests.ends(history);
		for (int cursor : ends) {
			if (cursor > 0 && cursor < since) {
				continue;
			}
			Map<RowKey, Map<String, String>> rows = CompactionTests.apply(history.subList(0, cursor), new HashMap<>());
			int before = cursor;
			for (int end : ends.subList(ends.indexOf(cursor) + 1, ends.size())) {
				int from = before;
				CompactionTests.apply(
						stream.stream().filter((entry) -> entry.serverId() > from && entry.serverId() <= end).toList(),
						rows);
				check.accept(rows, description + ", cursor " + cursor + ", up to " + end);
				before = end;
			}
			assertThat(rows).as(description + ", cursor " + cursor).isEqualTo(expected);
		}
	}

}
