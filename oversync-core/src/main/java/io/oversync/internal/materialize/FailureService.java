/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.BlockSize;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserReads;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.Payload;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

/**
 * Lists and retries rows that could not be written to their business tables (protocol
 * §4).
 */
public final class FailureService {

	private final TableCatalog catalog;

	private final SyncTables tables;

	private final Materializer materializer;

	private final ApplicationWrites applicationWrites;

	private final Transactions transactions;

	/**
	 * Creates the service.
	 * @param catalog the registered tables
	 * @param tables the sync schema
	 * @param materializer writes business tables
	 * @param applicationWrites what the application itself writes
	 * @param transactions runs each retry
	 */
	public FailureService(TableCatalog catalog, SyncTables tables, Materializer materializer,
			ApplicationWrites applicationWrites, Transactions transactions) {
		this.catalog = catalog;
		this.tables = tables;
		this.materializer = materializer;
		this.applicationWrites = applicationWrites;
		this.transactions = transactions;
	}

	/**
	 * Lists failures, of which a few megabytes are in memory at a time. The sink may be
	 * slow: no connection is held meanwhile.
	 * @param actor whose
	 * @param schema only this schema, null for all
	 * @param table only this table, null for all
	 * @param limit the most to list
	 * @param reads the database, in the user's turn
	 * @param sink receives them, newest first
	 */
	public void list(SyncActor actor, @Nullable String schema, @Nullable String table, int limit, UserReads reads,
			Consumer<MaterializeFailure> sink) {
		Stream stream = reads.read(() -> this.tables.streams().read(actor));
		if (stream == null) {
			return;
		}
		Set<Long> left = new LinkedHashSet<>(
				reads.peek((deadline) -> this.tables.failures().list(stream.id(), schema, table, limit, deadline)));
		BlockSize size = new BlockSize();
		while (!left.isEmpty()) {
			List<Long> next = left.stream().limit(size.rows()).toList();
			List<MaterializeFailure> block = reads
				.peek((deadline) -> this.tables.failures().readBlock(stream.id(), next, deadline));
			if (block.isEmpty()) {
				// dealt with since
				next.forEach(left::remove);
			}
			for (MaterializeFailure failure : block) {
				left.remove(failure.id());
				sink.accept(failure);
			}
			size.took(next.size(), block.isEmpty() ? next.size() : block.size());
		}
	}

	/**
	 * Writes a failed row's current state to its business table.
	 * @param actor whose failure it must be
	 * @param failureId its id
	 * @param deadline when it must be done
	 * @return the outcome
	 * @throws SyncException {@code NOT_FOUND} or {@code RETRY_IN_PROGRESS}
	 */
	public RetryResult retry(SyncActor actor, long failureId, Deadline deadline) {
		return this.transactions.write(deadline, () -> {
			this.tables.streams().requireReadCommitted();
			MaterializeFailure found = find(require(this.tables.streams().read(actor)), failureId);
			if (!this.tables.failures().tryClaim(failureId)) {
				throw new SyncException(ErrorCode.RETRY_IN_PROGRESS, "This failure is being retried at this moment");
			}
			RowKey row = new RowKey(found.table(), found.pk());
			Stream stream = this.applicationWrites.absorb(require(this.tables.streams().lock(actor, deadline)), actor,
					Set.of(row), deadline);
			// an upload that held the lock, or the application, may have dealt with it
			MaterializeFailure failure = find(stream, failureId);
			if (this.catalog.find(failure.table()) == null) {
				return failed(stream, failure, failure.attemptedVersion(),
						"The table is no longer registered for sync");
			}
			BusinessWrite write = currentState(stream, row);
			if (write == null) {
				return failed(stream, failure, failure.attemptedVersion(),
						"The row has no state that could be written");
			}
			Materializer.Result result = this.materializer.write(stream.owner(), List.of(write), deadline);
			if (!result.failures().isEmpty()) {
				return failed(stream, failure, write.version(), result.failures().get(0).error());
			}
			this.applicationWrites.requireNone(actor, Set.of(row));
			this.tables.failures().clear(stream.id(), Set.of(row));
			return new RetryResult(true, write.version(), null);
		});
	}

	private static Stream require(@Nullable Stream stream) {
		if (stream == null) {
			throw notFound();
		}
		return stream;
	}

	private MaterializeFailure find(Stream stream, long failureId) {
		MaterializeFailure failure = this.tables.failures().find(stream.id(), failureId);
		if (failure == null) {
			throw notFound();
		}
		return failure;
	}

	private static SyncException notFound() {
		return new SyncException(ErrorCode.NOT_FOUND, "There is no such failure");
	}

	private RetryResult failed(Stream stream, MaterializeFailure failure, long version, String error) {
		this.tables.failures().countRetry(stream.id(), failure.id(), version, error);
		return new RetryResult(false, version, error);
	}

	private @Nullable BusinessWrite currentState(Stream stream, RowKey row) {
		RowState current = this.tables.rowVersions().read(stream.id(), List.of(row)).get(row);
		if (current == null || current.deleted()) {
			return (current != null) ? BusinessWrite.delete(row, current) : null;
		}
		Payload image = this.tables.changes()
			.payloads()
			.readBlock(stream.id(), List.of(current.serverId()))
			.get(current.serverId());
		return (image != null) ? BusinessWrite.upsert(row, current, image) : null;
	}

}
