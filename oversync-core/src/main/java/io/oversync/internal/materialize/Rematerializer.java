/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.CurrentRowStore.CurrentRow;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;

/**
 * Writes rows to their business table again as the streams have them, in batches: each is
 * a transaction under the lock of one user's stream, so that uploads get their turn.
 */
public final class Rematerializer {

	/** The place behind the last row. */
	public static final long END = -1;

	/** No device: it only takes the lock and appends nothing. */
	private static final String SOURCE = "oversync";

	private static final int MAX_ROWS = 500;

	/** Rows that are not tried in this time count as failures and are written again. */
	private static final Duration MAX_TIME = Duration.ofMinutes(1);

	private static final long MAX_BYTES = 8 * 1024 * 1024;

	private final TableCatalog catalog;

	private final Definitions definitions;

	private final SyncTables tables;

	private final Materializer materializer;

	private final ApplicationWrites applicationWrites;

	private final Transactions transactions;

	/**
	 * Creates the service.
	 * @param catalog the registered tables
	 * @param dataSource the application's database
	 * @param tables the sync schema
	 * @param materializer writes business tables
	 * @param applicationWrites what the application itself writes
	 * @param transactions runs each batch
	 */
	public Rematerializer(TableCatalog catalog, DataSource dataSource, SyncTables tables, Materializer materializer,
			ApplicationWrites applicationWrites, Transactions transactions) {
		this.catalog = catalog;
		this.definitions = new Definitions(dataSource);
		this.tables = tables;
		this.materializer = materializer;
		this.applicationWrites = applicationWrites;
		this.transactions = transactions;
	}

	/**
	 * Finds users who have rows to be written.
	 * @param name the table
	 * @param failedOnly whether only failed rows are to be written
	 * @param after before the first user, an empty string for the start
	 * @param limit the most users
	 * @return their ids in ascending order
	 * @throws IllegalStateException if the table cannot be written at all
	 */
	public List<String> findUsers(TableName name, boolean failedOnly, String after, int limit) {
		return this.transactions.read(() -> {
			SyncedTable table = this.catalog.get(name);
			this.definitions.require(List.of(table));
			if (table.problem() != null) {
				throw new IllegalStateException(table.problem());
			}
			return failedOnly ? this.tables.currentRows().findUsersWithFailures(table, after, limit)
					: this.tables.currentRows().findUsers(table, after, limit);
		});
	}

	/**
	 * Writes a batch of rows: all live ones in the order of their last changes, or those
	 * that failed, tombstones included.
	 * @param name the table
	 * @param userId whose rows
	 * @param failedOnly whether only failed rows are written
	 * @param after the place before the first row, 0 for the start
	 * @return the outcome
	 */
	public Batch write(TableName name, String userId, boolean failedOnly, long after) {
		return this.transactions.write(() -> {
			SyncActor actor = new SyncActor(userId, SOURCE);
			Stream locked = this.tables.streams().lock(actor, Deadline.NONE);
			if (locked == null) {
				return new Batch(0, 0, END);
			}
			SyncedTable table = this.catalog.get(name);
			List<CurrentRow> found = read(locked, table, failedOnly, after);
			Stream stream = this.applicationWrites.absorb(locked, actor, keys(found), Deadline.NONE);
			if (!stream.head().equals(locked.head())) {
				found = read(stream, table, failedOnly, after);
			}
			List<CurrentRow> batch = fitting(found);
			long next = (batch.size() < found.size() || found.size() == MAX_ROWS) ? batch.get(batch.size() - 1).place()
					: END;
			Batch written = write(stream.owner(), writes(stream, batch), next);
			this.applicationWrites.requireNone(actor, keys(batch));
			return written;
		});
	}

	private List<CurrentRow> read(Stream stream, SyncedTable table, boolean failedOnly, long after) {
		return failedOnly ? this.tables.currentRows().readFailed(stream.id(), table, after, MAX_ROWS, MAX_BYTES)
				: this.tables.currentRows().readLive(stream.id(), table, after, MAX_ROWS, MAX_BYTES);
	}

	private static List<RowKey> keys(List<CurrentRow> rows) {
		return rows.stream().map(CurrentRow::row).toList();
	}

	private Batch write(Owner owner, List<BusinessWrite> writes, long next) {
		if (writes.isEmpty()) {
			return new Batch(0, 0, next);
		}
		Materializer.Result result = this.materializer.write(owner, writes, Deadline.in(MAX_TIME));
		if (!result.written().isEmpty()) {
			this.tables.failures().clear(owner.streamId(), result.written());
		}
		if (!result.failures().isEmpty()) {
			this.tables.failures().record(owner, result.failures());
		}
		return new Batch(result.written().size(), result.failures().size(), next);
	}

	/** Bounds the memory that the after-images take. */
	private static List<CurrentRow> fitting(List<CurrentRow> rows) {
		long bytes = 0;
		for (int i = 0; i < rows.size(); i++) {
			Integer size = rows.get(i).size();
			bytes += (size != null) ? size : 0;
			if (i > 0 && bytes > MAX_BYTES) {
				return rows.subList(0, i);
			}
		}
		return rows;
	}

	private List<BusinessWrite> writes(Stream stream, List<CurrentRow> rows) {
		Map<Long, Payload> images = new HashMap<>();
		List<Long> serverIds = rows.stream()
			.map(CurrentRow::state)
			.filter(RowState::isLive)
			.map(RowState::serverId)
			.toList();
		if (!serverIds.isEmpty()) {
			this.tables.changes().payloads().read(stream.id(), serverIds, (serverId, payload) -> {
				if (payload != null) {
					images.put(serverId, payload);
				}
			});
		}
		List<BusinessWrite> writes = new ArrayList<>(rows.size());
		for (CurrentRow row : rows) {
			Payload image = images.get(row.state().serverId());
			if (row.state().deleted()) {
				writes.add(BusinessWrite.delete(row.row(), row.state()));
			}
			else if (image != null) {
				writes.add(BusinessWrite.upsert(row.row(), row.state(), image));
			}
		}
		return writes;
	}

	/**
	 * The outcome of a batch.
	 *
	 * @param written the number of rows that are in the table as planned
	 * @param failed the number of the others
	 * @param next where the next batch starts, {@link #END} for none
	 */
	public record Batch(int written, int failed, long next) {
	}

}
