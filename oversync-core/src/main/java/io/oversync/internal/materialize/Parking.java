/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.materialize.UniqueIndex.UniqueColumn;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.stream.Owner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Takes unique values from rows which are about to get others, so that the rows can be
 * written in any order: PostgreSQL checks a unique index after each row, so rows that
 * exchange values would violate it. Each table is parked in the first of these ways that
 * its constraints allow:
 * <ol>
 * <li>null where a column of the index may be null;</li>
 * <li>placeholders at the lower end of the type, then at the upper end;</li>
 * <li>the rows are deleted and inserted again with their new values, where no foreign key
 * and no trigger passes a delete on to others.</li>
 * </ol>
 * Only columns that the upload writes are touched, and only in rows whose values change.
 */
final class Parking {

	private static final Log logger = LogFactory.getLog(Parking.class);

	private static final String BEGIN = "SAVEPOINT oversync_way; SET CONSTRAINTS ALL DEFERRED";

	private static final String END = "RELEASE SAVEPOINT oversync_way";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync_way; RELEASE SAVEPOINT oversync_way";

	/** Keeps uploads of different users from using the same placeholders. */
	private static final long FIRST_NUMBERS = 30_000_000;

	private final UniqueIndexes indexes;

	private final JdbcTemplate jdbc;

	Parking(DataSource dataSource) {
		this.indexes = new UniqueIndexes(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Takes the unique values from rows.
	 * @param owner the owner
	 * @param steps the planned writes
	 * @return the rows that hold placeholders until they are written
	 */
	Set<RowKey> park(Owner owner, List<Step> steps) {
		Map<SyncedTable, List<Step>> tables = new LinkedHashMap<>();
		for (Step step : steps) {
			if (step.handler() == null && step.error() == null) {
				tables.computeIfAbsent(step.table(), (table) -> new ArrayList<>()).add(step);
			}
		}
		Set<RowKey> parked = new HashSet<>();
		tables.forEach((table, members) -> {
			if (members.stream().anyMatch((step) -> !step.write().isDelete())) {
				park(owner, table, members).forEach((pk) -> parked.add(new RowKey(table.name(), pk)));
			}
		});
		return parked;
	}

	private Set<UUID> park(Owner owner, SyncedTable table, List<Step> steps) {
		List<UniqueIndex> unique = this.indexes.of(table);
		if (unique.isEmpty()) {
			return Set.of();
		}
		Set<UUID> parked = fill(owner, table, steps, unique, true);
		if (parked == null && this.indexes.isReplaceable(table)) {
			parked = attempt(() -> replace(owner, table, steps));
		}
		if (parked == null) {
			parked = fill(owner, table, steps, unique, false);
		}
		return (parked != null) ? parked : Set.of();
	}

	private @Nullable Set<UUID> fill(Owner owner, SyncedTable table, List<Step> steps, List<UniqueIndex> unique,
			boolean completely) {
		for (Way way : Way.values()) {
			Set<UUID> parked = attempt(() -> fill(owner, table, steps, unique, way, completely));
			if (parked != null) {
				return parked;
			}
		}
		return null;
	}

	private @Nullable Set<UUID> attempt(Supplier<@Nullable Set<UUID>> way) {
		this.jdbc.execute(BEGIN);
		try {
			Set<UUID> rows = way.get();
			this.jdbc.execute((rows != null) ? END : UNDO);
			return rows;
		}
		catch (RuntimeException ex) {
			if (!WriteErrors.isAboutRows(ex)) {
				throw ex;
			}
			logger.debug("Unique values cannot be moved in this way", ex);
			this.jdbc.execute(UNDO);
			return null;
		}
	}

	/** Returns null if an index that must be parked has no column for it. */
	private @Nullable Set<UUID> fill(Owner owner, SyncedTable table, List<Step> steps, List<UniqueIndex> unique,
			Way way, boolean completely) {
		Map<Group, List<Step>> groups = new LinkedHashMap<>();
		for (Step step : steps) {
			groups.computeIfAbsent(Group.of(table, step), (group) -> new ArrayList<>()).add(step);
		}
		Set<UUID> parked = new HashSet<>();
		for (Map.Entry<Group, List<Step>> entry : groups.entrySet()) {
			Group group = entry.getKey();
			Map<Column, String> assignments = new LinkedHashMap<>();
			Set<Column> changing = new LinkedHashSet<>();
			for (UniqueIndex index : unique) {
				Map<Column, UniqueColumn> columns = group.overwritten(index);
				boolean assigned = assign(index, columns, way, assignments);
				if (completely && !assigned && !columns.isEmpty()) {
					return null;
				}
				changing.addAll(assigned ? columns.keySet() : Set.of());
			}
			if (!assignments.isEmpty()) {
				fill(owner, table, entry.getValue(), assignments, group.delete ? List.of() : List.copyOf(changing),
						parked);
			}
		}
		return parked;
	}

	private static boolean assign(UniqueIndex index, Map<Column, UniqueColumn> columns, Way way,
			Map<Column, String> assignments) {
		for (Map.Entry<Column, UniqueColumn> column : columns.entrySet()) {
			String expression = way.expression(index, column.getKey(), column.getValue());
			if (expression != null) {
				assignments.putIfAbsent(column.getKey(), expression);
				return true;
			}
		}
		return false;
	}

	private void fill(Owner owner, SyncedTable table, List<Step> steps, Map<Column, String> assignments,
			List<Column> compared, Set<UUID> parked) {
		String sql = ParkingSql.park(table, assignments, compared, ThreadLocalRandom.current().nextLong(FIRST_NUMBERS));
		this.jdbc.query(sql, Parameters.of((parameters) -> {
			parameters.uuids(steps, (step) -> step.row().pk());
			for (Column column : compared) {
				parameters.texts(steps, (step) -> (step.values() != null) ? step.values().get(column.name()) : null);
			}
			OwnerSql.bind(parameters, owner);
		}), (row) -> {
			parked.add(row.getObject(1, UUID.class));
		});
	}

	/** Returns null where not all rows have the same columns. */
	private @Nullable Set<UUID> replace(Owner owner, SyncedTable table, List<Step> steps) {
		List<Step> rows = steps.stream()
			.filter((step) -> step.values() != null
					&& (!step.write().fresh() || step.values().columns().size() == table.columns().size()))
			.toList();
		List<List<Column>> shapes = rows.stream().map(Step::values).map(RowValues::columns).distinct().toList();
		if (shapes.size() != 1) {
			return null;
		}
		List<Column> columns = shapes.get(0);
		String sql = ParkingSql.replace(table, this.indexes.storedColumns(table), columns);
		Set<UUID> replaced = new HashSet<>();
		this.jdbc.query(sql, Parameters.of((parameters) -> {
			OwnerSql.bind(parameters, owner);
			parameters.uuids(rows, (step) -> step.row().pk());
			parameters.uuids(rows, (step) -> step.row().pk());
			for (Column column : columns) {
				parameters.texts(rows, (step) -> (step.values() != null) ? step.values().get(column.name()) : null);
			}
		}), (row) -> {
			replaced.add(row.getObject(1, UUID.class));
		});
		return replaced;
	}

	/** A row's replacement for a unique value. */
	private enum Way {

		NULLS(Placeholders.LOW), LOW(Placeholders.LOW), HIGH(Placeholders.HIGH);

		private final Placeholders placeholders;

		Way(Placeholders placeholders) {
			this.placeholders = placeholders;
		}

		@Nullable String expression(UniqueIndex index, Column column, UniqueColumn unique) {
			boolean nullable = column.nullable() && unique.nullable() && index.nullsDistinct();
			if (nullable && (this == NULLS || unique.referring())) {
				return "NULL";
			}
			boolean other = this == NULLS && index.columns().stream().anyMatch(UniqueColumn::nullable);
			// a placeholder refers to no row
			return (other || unique.referring()) ? null : this.placeholders.expression(column, unique);
		}

	}

	/**
	 * Rows that one statement can park.
	 *
	 * @param delete whether they are to be deleted
	 * @param overwritten the columns that their writes decide
	 */
	private record Group(boolean delete, List<Column> overwritten) {

		static Group of(SyncedTable table, Step step) {
			return new Group(step.write().isDelete(), table.columns().stream().filter(step::overwrites).toList());
		}

		Map<Column, UniqueColumn> overwritten(UniqueIndex index) {
			Map<Column, UniqueColumn> columns = new LinkedHashMap<>();
			for (UniqueColumn unique : index.columns()) {
				this.overwritten.stream()
					.filter((column) -> column.name().equals(unique.name()))
					.forEach((column) -> columns.put(column, unique));
			}
			return columns;
		}

	}

}
