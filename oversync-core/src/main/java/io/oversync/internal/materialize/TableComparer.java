/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.CurrentRowStore.CurrentRow;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows of a business table with the streams, in batches: each is a transaction
 * under the lock of one user's stream, so that no upload changes both meanwhile.
 */
public final class TableComparer {

	/** No device: it only takes the lock and appends nothing. */
	private static final String SOURCE = "oversync";

	private static final int MOST_ROWS = 500;

	private static final long MOST_BYTES = 8 * 1024 * 1024;

	private final TableCatalog catalog;

	private final Definitions definitions;

	private final SyncTables tables;

	private final BusinessRows businessRows;

	/** Tables whose handlers write and do not read. */
	private final Set<TableName> unreadable;

	private final Transactions transactions;

	/**
	 * Creates the comparer.
	 * @param catalog the registered tables
	 * @param dataSource the application's database
	 * @param tables the sync schema
	 * @param businessRows reads business tables
	 * @param handlers the application's handlers
	 * @param transactions runs each batch
	 */
	public TableComparer(TableCatalog catalog, DataSource dataSource, SyncTables tables, BusinessRows businessRows,
			List<MaterializationHandler> handlers, Transactions transactions) {
		this.catalog = catalog;
		this.definitions = new Definitions(dataSource);
		this.tables = tables;
		this.businessRows = businessRows;
		this.unreadable = handlers.stream()
			.filter((handler) -> !(handler instanceof ReadingMaterializationHandler))
			.map((handler) -> TableName.parse(handler.table()))
			.collect(Collectors.toUnmodifiableSet());
		this.transactions = transactions;
	}

	/**
	 * Finds users with a stream, whatever rows they have.
	 * @param name the table
	 * @param after before the first user, an empty string for the start
	 * @param limit the most users
	 * @return their ids in ascending order
	 * @throws IllegalStateException if the table cannot be compared at all
	 */
	public List<String> findUsers(TableName name, String after, int limit) {
		return this.transactions.read(() -> {
			requireReadable(name);
			return this.tables.streams().findUsers(after, limit);
		});
	}

	private void requireReadable(TableName name) {
		SyncedTable table = this.catalog.get(name);
		this.definitions.require(List.of(table));
		if (table.problem() != null) {
			throw new IllegalStateException(table.problem());
		}
		if (this.unreadable.contains(name)) {
			throw new IllegalStateException("The rows of %s cannot be compared: its MaterializationHandler writes them,"
					+ " and does not read. Implement ReadingMaterializationHandler".formatted(name));
		}
		if (!table.materialized()) {
			throw new IllegalStateException("%s has no rows of its own, since it is not materialised".formatted(name));
		}
	}

	/**
	 * Compares live rows of the stream, in the order of their last changes.
	 * @param name the table
	 * @param userId whose rows
	 * @param after the place before the first row, 0 for the start
	 * @param sample which rows are compared
	 * @return the outcome
	 */
	public Compared<Long> compareStream(TableName name, String userId, long after, Predicate<UUID> sample) {
		return this.transactions.write(() -> {
			Stream stream = this.tables.streams().lock(new SyncActor(userId, SOURCE), Deadline.NONE);
			if (stream == null) {
				return new Compared<>(List.of(), 0, 0, null);
			}
			SyncedTable table = this.catalog.get(name);
			List<CurrentRow> found = this.tables.currentRows()
				.readLive(stream.id(), table, after, MOST_ROWS, MOST_BYTES);
			Long next = (found.size() < MOST_ROWS && bytes(found) <= MOST_BYTES) ? null
					: found.get(found.size() - 1).place();
			Set<UUID> failed = failed(stream, table);
			Map<Long, UUID> images = new LinkedHashMap<>();
			long left = 0;
			for (CurrentRow row : found) {
				UUID pk = row.row().pk();
				if (sample.test(pk)) {
					if (failed.contains(pk)) {
						left++;
					}
					else {
						images.put(row.state().serverId(), pk);
					}
				}
			}
			List<Differing> rows = compare(stream, table, images);
			return new Compared<>(settled(stream, name, rows), images.size(), left, next);
		});
	}

	private static long bytes(List<CurrentRow> rows) {
		return rows.stream().mapToLong((row) -> (row.size() != null) ? row.size() : 0).sum();
	}

	private Set<UUID> failed(Stream stream, SyncedTable table) {
		return stream.hasFailures() ? new HashSet<>(this.tables.failures().findFailedRows(stream.id(), table.name()))
				: Set.of();
	}

	private List<Differing> compare(Stream stream, SyncedTable table, Map<Long, UUID> images) {
		if (images.isEmpty()) {
			return List.of();
		}
		Map<UUID, Payload> last = new LinkedHashMap<>();
		this.tables.changes().payloads().read(stream.id(), images.keySet(), (serverId, payload) -> {
			UUID pk = images.get(serverId);
			if (payload != null && pk != null) {
				last.put(pk, payload);
			}
		});
		Map<UUID, BusinessRows.Likeness> existing = this.businessRows.compare(table, stream.owner(), last);
		List<Differing> differing = new ArrayList<>();
		existing.forEach((pk, likeness) -> {
			if (!likeness.others().isEmpty()) {
				differing.add(new Differing(pk, Kind.OTHER_VALUES, likeness.others().stream().sorted().toList()));
			}
		});
		List<UUID> absent = last.keySet().stream().filter((pk) -> !existing.containsKey(pk)).toList();
		if (!absent.isEmpty()) {
			// the application may have given rows to others
			Set<UUID> given = this.businessRows.findOthers(table, stream.owner(), absent);
			absent.stream()
				.filter((pk) -> !given.contains(pk))
				.forEach((pk) -> differing.add(new Differing(pk, Kind.MISSING_IN_TABLE, List.of())));
		}
		return differing;
	}

	/**
	 * Looks rows of a table with an owner column up in the stream, by their keys. Rows
	 * that were written before any device knew of them are differences of captured tables
	 * only.
	 * @param name the table
	 * @param userId whose rows
	 * @param after the key before the first row, null for the start
	 * @param sample which rows are compared
	 * @return the outcome
	 */
	public Compared<UUID> compareTable(TableName name, String userId, @Nullable UUID after, Predicate<UUID> sample) {
		return this.transactions.write(() -> {
			SyncedTable table = this.catalog.get(name);
			Stream stream = (table.ownerColumn() != null)
					? this.tables.streams().lock(new SyncActor(userId, SOURCE), Deadline.NONE) : null;
			if (stream == null) {
				return new Compared<>(List.of(), 0, 0, null);
			}
			List<UUID> keys = this.businessRows.findKeys(table, stream.owner(), after, MOST_ROWS);
			UUID next = (keys.size() < MOST_ROWS) ? null : keys.get(keys.size() - 1);
			List<RowKey> wanted = keys.stream().filter(sample).map((pk) -> new RowKey(name, pk)).toList();
			Map<RowKey, RowState> states = this.tables.rowVersions().read(stream.id(), wanted);
			Set<UUID> failed = failed(stream, table);
			List<UUID> unknown = new ArrayList<>();
			for (RowKey row : wanted) {
				RowState state = states.get(row);
				boolean differs = (state != null) ? state.deleted() : table.captured();
				if (differs && !failed.contains(row.pk())) {
					unknown.add(row.pk());
				}
			}
			// its handler may not show a row that the table has
			Set<UUID> shown = unknown.isEmpty() ? Set.of()
					: this.businessRows.find(table, stream.owner(), unknown, (unreadable) -> {
					}).keySet();
			List<Differing> rows = unknown.stream()
				.filter(shown::contains)
				.map((pk) -> new Differing(pk, Kind.MISSING_IN_STREAM, List.of()))
				.toList();
			return new Compared<>(settled(stream, name, rows), 0, 0, next);
		});
	}

	/**
	 * Returns the rows that the application has not written since the stream was brought
	 * up to date: those come into it later.
	 */
	private List<Differing> settled(Stream stream, TableName name, List<Differing> rows) {
		String userId = stream.owner().userId();
		if (rows.isEmpty() || !areWaiting(userId, name, rows)) {
			return rows;
		}
		return rows.stream().filter((row) -> !areWaiting(userId, name, List.of(row))).toList();
	}

	private boolean areWaiting(String userId, TableName name, Collection<Differing> rows) {
		return this.tables.capturedRows()
			.areWaiting(userId, rows.stream().map((row) -> new RowKey(name, row.pk())).toList());
	}

	/** The kinds of differences. */
	public enum Kind {

		/** The table does not have the row. */
		MISSING_IN_TABLE,
		/** The stream does not have the row. */
		MISSING_IN_STREAM,
		/** Both have the row, with different values. */
		OTHER_VALUES

	}

	/**
	 * A row that differs.
	 *
	 * @param pk its key
	 * @param kind the kind of the difference
	 * @param columns the columns with other values, sorted, as far as they are known
	 */
	public record Differing(UUID pk, Kind kind, List<String> columns) {

		public Differing {
			columns = List.copyOf(columns);
		}

	}

	/**
	 * The outcome of a batch.
	 *
	 * @param <P> the type of places
	 * @param differing the rows that differ
	 * @param rows the number of rows of the stream that were compared
	 * @param failed the number of rows that were left out
	 * @param next the place after which the next batch starts, null for none
	 */
	public record Compared<P>(List<Differing> differing, long rows, long failed, @Nullable P next) {
	}

}
