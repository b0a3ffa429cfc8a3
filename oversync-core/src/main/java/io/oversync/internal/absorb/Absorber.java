/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.absorb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.store.AfterCommit;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.ApplicationWrites;
import io.oversync.internal.materialize.BusinessRows;
import io.oversync.internal.materialize.UnseenWriteException;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.Backlog;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Appends what the application itself has written to the users' streams, as changes of
 * the source {@code server} (protocol §2.1). Works under the lock of a stream:
 * <ol>
 * <li>takes keys from the queue of captured rows;</li>
 * <li>reads these rows, and finds others that have to come with them
 * ({@link RowSelection});</li>
 * <li>appends those that are not what the stream has ({@link ServerEntries}): upserts,
 * parents first, then deletes, children first.</li>
 * </ol>
 * Rows that exist when the capture of their table begins are adopted: all of them are put
 * in the queue with the user's first request.
 */
public final class Absorber implements ApplicationWrites {

	/** How often rows may have been written of those that one transaction takes. */
	static final int MOST = 1000;

	/** How long a table that is locked is not tried again. */
	private static final Duration LOCKED = Duration.ofSeconds(1);

	private final TableCatalog catalog;

	private final SyncTables sync;

	private final BusinessRows businessRows;

	/** Tables that could not be read, until they are tried again. */
	private final Map<TableName, Long> locked = new ConcurrentHashMap<>();

	private final DeviceColumns deviceColumns;

	private final EngineListener listener;

	private volatile CapturedTables captured;

	/**
	 * Creates the absorber.
	 * @param catalog the registered tables
	 * @param sync the sync schema
	 * @param businessRows reads business tables
	 * @param captured the tables that are captured
	 * @param listener receives notes of the work
	 */
	public Absorber(TableCatalog catalog, SyncTables sync, BusinessRows businessRows, CapturedTables captured,
			EngineListener listener) {
		this.listener = listener;
		this.catalog = catalog;
		this.sync = sync;
		this.businessRows = businessRows;
		this.captured = captured;
		this.deviceColumns = new DeviceColumns(sync.deviceColumns());
	}

	/**
	 * Returns whether a stream lacks something that the application has written.
	 * @param state what the stream lacks, null for a user without a stream
	 * @return whether there is something to absorb
	 */
	public boolean isBehind(@Nullable Backlog state) {
		return this.captured.isBehind(state);
	}

	/**
	 * Reads again how often the capture of tables began: another node, or a DBA after a
	 * load without triggers, may have let it begin again.
	 */
	public void refresh() {
		this.captured = this.captured.with(this.sync.capturedRows().generations(this.captured.tables()));
	}

	/**
	 * Absorbs the rows that have waited longest, in the transaction of the caller.
	 * @param actor whose, makes the stream on first use
	 * @param deadline of the transaction
	 * @return whether more may wait that can be absorbed
	 */
	public boolean absorbOldest(SyncActor actor, Deadline deadline) {
		Stream stream = this.sync.streams().lock(actor, deadline);
		if (stream == null) {
			this.sync.streams().findOrCreate(actor.userId());
			stream = this.sync.streams().lock(actor, deadline);
		}
		if (stream == null || !isBehind(stream.backlog())) {
			return false;
		}
		Stream adopted = adopt(stream, this::isReadable);
		Map<RowKey, Boolean> taken = this.sync.capturedRows().take(actor.userId(), MOST);
		RowSelection selection = select(adopted, taken, Set.of(), this::isReadable, deadline);
		append(adopted, actor, selection, deadline);
		return !taken.isEmpty() && !selection.isEmpty();
	}

	@Override
	public Stream absorb(Stream locked, SyncActor actor, Collection<RowKey> rows, Deadline deadline) {
		return absorb(locked, actor, rows, Set.of(), deadline);
	}

	/**
	 * Absorbs certain rows before an upload decides about them.
	 * @param locked the stream, locked
	 * @param actor who uploads
	 * @param rows the rows, as far as they wait
	 * @param ending the tables of rows that the upload deletes: rows that may still refer
	 * to them in the stream come first
	 * @param deadline of the transaction
	 * @return the stream as it is now
	 * @throws UnseenWriteException if some of them cannot be absorbed yet
	 */
	public Stream absorb(Stream locked, SyncActor actor, Collection<RowKey> rows, Set<TableName> ending,
			Deadline deadline) {
		if (!isBehind(locked.backlog())) {
			return locked;
		}
		Stream adopted = adopt(locked, (table) -> true);
		Map<RowKey, Boolean> taken = new LinkedHashMap<>();
		this.sync.capturedRows().take(actor.userId(), rows).forEach((row) -> taken.put(row, true));
		RowSelection selection = select(adopted, taken, ending, (table) -> true, deadline);
		if (!selection.held().isEmpty() || ending.stream().anyMatch(selection::isBehind)) {
			// they would be overwritten unseen
			throw new UnseenWriteException();
		}
		return append(adopted, actor, selection, deadline);
	}

	/**
	 * Returns whether a table can be read. One that a transaction of the application has
	 * locked keeps waiting only those who ask first.
	 */
	private boolean isReadable(SyncedTable table) {
		Long until = this.locked.get(table.name());
		if (until != null && System.nanoTime() - until < 0) {
			return false;
		}
		if (this.businessRows.isReadable(table)) {
			this.locked.remove(table.name());
			return true;
		}
		this.locked.put(table.name(), System.nanoTime() + LOCKED.toNanos());
		return false;
	}

	/** Puts rows in the queue that exist already. */
	private Stream adopt(Stream stream, Predicate<SyncedTable> readable) {
		List<SyncedTable> tables = this.captured.notAdopted(stream.backlog()).stream().filter(readable).toList();
		if (tables.isEmpty()) {
			return stream;
		}
		Set<Long> marks = new HashSet<>(this.captured.marks());
		marks.retainAll(stream.backlog().adopted());
		for (SyncedTable table : tables) {
			this.sync.capturedRows().putAll(stream.owner(), table);
			marks.add(this.captured.mark(table));
		}
		this.sync.streams().setAdopted(stream.id(), marks);
		return stream.withBacklog(new Backlog(true, marks));
	}

	private RowSelection select(Stream stream, Map<RowKey, Boolean> taken, Set<TableName> ending,
			Predicate<SyncedTable> readable, Deadline deadline) {
		RowSelection selection = new RowSelection(this.catalog, this.sync, this.businessRows, this.captured, stream,
				readable);
		selection.add(taken);
		selection.complete(ending, deadline);
		this.sync.capturedRows().putBack(stream.owner().userId(), selection.held());
		return selection;
	}

	private Stream append(Stream stream, SyncActor actor, RowSelection selection, Deadline deadline) {
		if (selection.isEmpty()) {
			return stream;
		}
		Map<String, String> settings = this.businessRows.printAlike();
		Stream appended = new ServerEntries(this.catalog, this.sync, this.businessRows, stream, actor, settings)
			.append(selection, deadline);
		this.businessRows.printAs(settings);
		long entries = appended.head().serverId() - stream.head().serverId();
		if (entries > 0 && this.listener != EngineListener.NONE) {
			AfterCommit.run(() -> this.listener.absorbed(entries));
		}
		return appended;
	}

	/**
	 * Notes which columns the devices of a user have. When one comes with a column that
	 * none of them had, the rows are compared again: the application may have written
	 * values into it that are for devices from now on.
	 * @param locked the stream, locked
	 * @param payloads what a device sends, by table
	 */
	public void noteColumns(Stream locked, Map<TableName, List<Payload>> payloads) {
		Set<Long> marks = new HashSet<>(locked.backlog().adopted());
		for (SyncedTable table : this.deviceColumns.note(locked.id(), payloads, this.captured)) {
			marks.remove(this.captured.mark(table));
		}
		if (!marks.equals(locked.backlog().adopted())) {
			this.sync.streams().setAdopted(locked.id(), marks);
		}
	}

	@Override
	public void requireNone(SyncActor actor, Collection<RowKey> rows) {
		List<RowKey> own = rows.stream().filter((row) -> this.captured.contains(row.table())).toList();
		if (!own.isEmpty() && this.sync.capturedRows().areWaiting(actor.userId(), own)) {
			throw new UnseenWriteException();
		}
	}

	/**
	 * Requires that since then no row was written that refers to a row which was to be
	 * deleted: its table has kept that one.
	 * @param actor whose
	 * @param deleted the rows
	 * @throws UnseenWriteException if such a row was written
	 */
	public void requireNoneReferring(SyncActor actor, Collection<RowKey> deleted) {
		Map<TableName, List<UUID>> parents = new LinkedHashMap<>();
		deleted.forEach((row) -> parents.computeIfAbsent(row.table(), (table) -> new ArrayList<>()).add(row.pk()));
		parents.forEach((parent, keys) -> {
			for (ForeignKey foreignKey : this.catalog.referencesTo(parent)) {
				if (this.captured.contains(foreignKey.child()) && this.sync.capturedRows()
					.areReferring(actor.userId(), this.catalog.get(foreignKey.child()), foreignKey.column(), keys)) {
					throw new UnseenWriteException();
				}
			}
		});
	}

}
