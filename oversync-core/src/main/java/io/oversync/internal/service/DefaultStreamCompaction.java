/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.compact.Compacted;
import io.oversync.internal.compact.Compactor;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.device.DeviceRegistry;
import io.oversync.internal.store.CompactionStore.DueStream;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.service.StreamCompaction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Compacts streams on PostgreSQL. What this node has noted of devices is written first.
 */
final class DefaultStreamCompaction implements StreamCompaction, DueCompactions {

	private static final Log logger = LogFactory.getLog(DefaultStreamCompaction.class);

	private static final String NO_DEVICE = "oversync";

	private static final int STREAMS_AT_ONCE = 100;

	/** A shorter stream is not worth it. */
	private static final int FEWEST_ENTRIES = 1000;

	/** Of the entries, for the background. */
	private static final double WORTHWHILE = 0.5;

	private final Supplier<Compactor> compactor;

	private final SyncTables tables;

	private final Transactions transactions;

	private final DeviceRegistry devices;

	private final UnaryOperator<SyncActor> canonical;

	private final Retention retention;

	private final EngineListener listener;

	DefaultStreamCompaction(Supplier<Compactor> compactor, SyncTables tables, Transactions transactions,
			DeviceRegistry devices, UnaryOperator<SyncActor> canonical, Retention retention, EngineListener listener) {
		this.listener = listener;
		this.compactor = compactor;
		this.tables = tables;
		this.transactions = transactions;
		this.devices = devices;
		this.canonical = canonical;
		this.retention = retention;
	}

	@Override
	public Result compact(String userId) {
		Long stream = find(userId);
		return (stream != null) ? result(noted(this.compactor.get().compact(stream, this.retention, 0))) : nothing();
	}

	@Override
	public Result preview(String userId) {
		Long stream = find(userId);
		return (stream != null) ? result(this.compactor.get().preview(stream, this.retention)) : nothing();
	}

	private @Nullable Long find(String userId) {
		SyncActor actor;
		try {
			actor = this.canonical.apply(new SyncActor(userId, NO_DEVICE));
		}
		catch (SyncException ex) {
			if (ex.code() != ErrorCode.AUTHENTICATION_FAILED) {
				throw ex;
			}
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
		this.devices.flush(actor.userId());
		return this.transactions.read(() -> this.tables.streams().findId(actor.userId()));
	}

	private Compacted noted(Compacted compacted) {
		this.listener.compacted(compacted.removed());
		this.listener.expired(compacted.expired());
		return compacted;
	}

	private static Result nothing() {
		return new Result(Outcome.LEFT, 0, 0, 0, 0);
	}

	private static Result result(Compacted compacted) {
		Outcome outcome = switch (compacted.end()) {
			case COMPLETE -> Outcome.COMPLETE;
			case LEFT -> Outcome.LEFT;
			case BUSY -> Outcome.BUSY;
			case INTERRUPTED -> Outcome.INTERRUPTED;
		};
		return new Result(outcome, compacted.horizon(), compacted.entries(), compacted.garbage(), compacted.removed(),
				compacted.expired(), compacted.expirable());
	}

	@Override
	public long compactDue(Duration interval) {
		long removed = 0;
		RuntimeException failure = null;
		List<DueStream> page = findDue(Long.MIN_VALUE, interval);
		while (!page.isEmpty()) {
			for (int i = 0; i < page.size(); i++) {
				this.listener.compactionsDue(page.size() - i);
				if (Thread.currentThread().isInterrupted()) {
					return removed;
				}
				try {
					removed += compact(page.get(i));
				}
				catch (RuntimeException ex) {
					// of this stream, for which the others do not wait
					failure = (failure != null) ? failure : ex;
				}
			}
			page = findDue(page.get(page.size() - 1).streamId(), interval);
		}
		this.listener.compactionsDue(0);
		if (failure != null) {
			throw failure;
		}
		return removed;
	}

	private long compact(DueStream due) {
		this.devices.flush(due.userId());
		Compacted compacted = noted(this.compactor.get().compact(due.streamId(), this.retention, WORTHWHILE));
		if (compacted.removed() > 0) {
			logger.debug("Of " + compacted.entries() + " entries of stream " + due.streamId() + " up to "
					+ compacted.horizon() + ", " + compacted.removed() + " were removed");
		}
		return compacted.removed();
	}

	private List<DueStream> findDue(long after, Duration interval) {
		return this.transactions.read(() -> this.tables.compactions()
			.findDue(after, FEWEST_ENTRIES, interval, this.retention.tombstones(), STREAMS_AT_ONCE));
	}

}
