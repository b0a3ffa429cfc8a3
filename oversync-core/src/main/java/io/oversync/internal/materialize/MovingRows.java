/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.Materialization.Findings;
import io.oversync.internal.materialize.UniqueKeys.Key;
import io.oversync.internal.store.Applying;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes rows whose unique values may move between them: they are parked, and then
 * written. A row that fails then must not stay parked: the round is undone and repeated
 * without it, and without the rows that wait for its values, directly or through others.
 */
final class MovingRows {

	private static final String BEGIN_ROUND = "SAVEPOINT oversync_round; SET CONSTRAINTS ALL DEFERRED";

	private static final String END_ROUND = "RELEASE SAVEPOINT oversync_round";

	private static final String UNDO_ROUND = "ROLLBACK TO SAVEPOINT oversync_round; RELEASE SAVEPOINT oversync_round";

	/** Every round but the last finds rows that fail. */
	private static final int MAX_ROUNDS = 4;

	private final Parking parking;

	private final UniqueKeys uniqueKeys;

	private final JdbcTemplate jdbc;

	private final String begin;

	MovingRows(DataSource dataSource, TableCatalog catalog) {
		this.parking = new Parking(dataSource);
		this.uniqueKeys = new UniqueKeys(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
		this.begin = catalog.isCaptured() ? BEGIN_ROUND + "; " + Applying.BEGIN : BEGIN_ROUND;
	}

	/**
	 * Writes rows.
	 * @param materialization writes them while they are parked
	 * @param rows the rows
	 * @param failedBefore whether each of them failed already
	 */
	void write(Materialization materialization, List<Step> rows, boolean failedBefore) {
		List<Step> rest = rows;
		List<Step> waiting = new ArrayList<>();
		for (int round = 0; round < MAX_ROUNDS && rest.size() > 1 && !materialization.isOver(); round++) {
			this.jdbc.execute(this.begin);
			Set<RowKey> parked = this.parking.park(materialization.owner(), rest);
			if (parked.isEmpty()) {
				this.jdbc.execute(UNDO_ROUND);
				break;
			}
			List<Step> current = rest;
			Findings found = materialization.apart(() -> {
				materialization.write(current, false);
				materialization.giveSecondChances();
			});
			if (current.stream().noneMatch((step) -> found.hasFailed(step) && parked.contains(step.row()))) {
				this.jdbc.execute(END_ROUND);
				materialization.findings().succeed(current, List.of());
				materialization.findings().add(found);
				rest = List.of();
				break;
			}
			Set<RowKey> blocked = undo(current, found);
			materialization.findings().add(found);
			rest = current.stream().filter((step) -> !found.hasFailed(step) && !blocked.contains(step.row())).toList();
			current.stream().filter((step) -> blocked.contains(step.row())).forEach(waiting::add);
		}
		if (!failedBefore) {
			materialization.write(rest, false);
			materialization.write(waiting, false);
		}
	}

	/**
	 * Undoes a round and finds the rows that will fail because others failed in it.
	 * @param rows the rows of the round
	 * @param found those that failed
	 * @return the rows that did not fail, but need the value of a row that keeps it
	 */
	private Set<RowKey> undo(List<Step> rows, Findings found) {
		Map<Key, List<RowKey>> wanted = new HashMap<>();
		List<Step> written = rows.stream().filter((step) -> !found.hasFailed(step)).toList();
		this.uniqueKeys.read(written,
				(row, key) -> wanted.computeIfAbsent(key, (value) -> new ArrayList<>(1)).add(row));
		this.jdbc.execute(UNDO_ROUND);
		Map<RowKey, List<Key>> held = new HashMap<>();
		this.uniqueKeys.read(rows, (row, key) -> held.computeIfAbsent(row, (holder) -> new ArrayList<>(1)).add(key));
		Set<RowKey> blocked = new HashSet<>();
		Deque<RowKey> open = new ArrayDeque<>();
		rows.stream().filter(found::hasFailed).forEach((step) -> open.add(step.row()));
		while (!open.isEmpty()) {
			RowKey holder = open.pop();
			for (Key key : held.getOrDefault(holder, List.of())) {
				for (RowKey row : wanted.getOrDefault(key, List.of())) {
					if (!row.equals(holder) && blocked.add(row)) {
						open.push(row);
					}
				}
			}
		}
		return blocked;
	}

}
