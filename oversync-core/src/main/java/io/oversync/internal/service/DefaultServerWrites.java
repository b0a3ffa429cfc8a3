/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.oversync.internal.store.Transactions;
import io.oversync.internal.store.UserGate;
import io.oversync.internal.upload.DirectWrites.WrittenRow;
import io.oversync.internal.upload.RefusedRowException;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadLimits;
import io.oversync.service.RefusedWriteException;
import io.oversync.service.ServerWrites;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes in the caller's transaction. Without one it has its own, which takes its turn
 * among the requests of the user and is tried again like an upload. In the caller's
 * transaction there is no turn to wait for: the transaction may hold the lock for which
 * another request waits in its turn.
 */
final class DefaultServerWrites implements ServerWrites {

	/** Locks streams and makes no change. */
	private static final String NO_DEVICE = "oversync";

	private final CurrentEngine engine;

	private final Transactions transactions;

	private final UserGate gate;

	private final RequestLimits limits;

	private final UploadLimits payloads;

	private final Consumer<String> committed;

	/**
	 * Creates the writer.
	 * @param engine the engine
	 * @param transactions the database
	 * @param gate gives each user a turn
	 * @param limits of requests
	 * @param payloads the limits of payloads
	 * @param committed receives the one id of a user after a commit; must not block
	 */
	DefaultServerWrites(CurrentEngine engine, Transactions transactions, UserGate gate, RequestLimits limits,
			UploadLimits payloads, Consumer<String> committed) {
		this.engine = engine;
		this.transactions = transactions;
		this.gate = gate;
		this.limits = limits;
		this.payloads = payloads;
		this.committed = committed;
	}

	@Override
	public Result upsert(String userId, String table, UUID key, String json) {
		return write(userId, List.of(Write.upsert(table, key, json))).get(0);
	}

	@Override
	public Result delete(String userId, String table, UUID key) {
		return write(userId, List.of(Write.delete(table, key))).get(0);
	}

	@Override
	public List<Result> write(String userId, List<Write> writes) {
		List<UploadChange> changes = writes.stream().map(this::change).toList();
		String canonical = canonical(this.engine.get(), userId).userId();
		if (changes.isEmpty()) {
			return List.of();
		}
		try {
			List<WrittenRow> rows = Transactions.isJoinable() ? join(canonical, changes)
					: writeApart(canonical, changes);
			return rows.stream().map((row) -> new Result(row.version(), row.changed())).toList();
		}
		catch (RefusedRowException ex) {
			throw new RefusedWriteException(ex.row().table(), ex.row().pk(), String.valueOf(ex.getMessage()), ex);
		}
	}

	private List<WrittenRow> join(String userId, List<UploadChange> changes) {
		List<WrittenRow> rows = this.engine.callWithin((current) -> this.transactions
			.join(current.directWrites()::flush, () -> write(current, userId, changes)));
		// the head is read then: the caller may roll back to a savepoint
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
			@Override
			public void afterCompletion(int status) {
				if (status != STATUS_ROLLED_BACK) {
					DefaultServerWrites.this.committed.accept(userId);
				}
			}
		});
		return rows;
	}

	private List<WrittenRow> writeApart(String userId, List<UploadChange> changes) {
		List<WrittenRow> rows = this.gate.exclusive(userId, Deadline.in(this.limits.timeout()),
				() -> this.engine.call((current) -> this.transactions.write(() -> write(current, userId, changes))));
		this.committed.accept(userId);
		return rows;
	}

	/** In a transaction. */
	private static List<WrittenRow> write(Engine engine, String userId, List<UploadChange> changes) {
		SyncActor actor = canonical(engine, userId);
		UserIds ids = engine.userIds();
		if (ids.isUnchecked(actor.userId())) {
			usable(() -> ids.check(actor.userId()));
		}
		return engine.directWrites().write(actor, changes);
	}

	private static SyncActor canonical(Engine engine, String userId) {
		return usable(() -> engine.userIds().canonical(new SyncActor(userId, NO_DEVICE)));
	}

	private static <T> T usable(Supplier<T> user) {
		try {
			return user.get();
		}
		catch (SyncException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	private UploadChange change(Write write) {
		TableName table = TableName.parse(write.table());
		String json = write.json();
		Operation op = (json != null) ? Operation.UPDATE : Operation.DELETE;
		return new UploadChange(0, table.schema(), table.table(), op.name(), write.key().toString(), 0,
				(json != null) ? payload(write, json) : null);
	}

	private Payload payload(Write write, String json) {
		try {
			return Payload.parse(json, this.payloads);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"Row %s of %s: %s".formatted(write.key(), write.table(), ex.getMessage()), ex);
		}
	}

}
