/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.oversync.client.HeldRow;
import io.oversync.client.Recovery;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncException;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncStatus;
import io.oversync.client.UploadResult;
import io.oversync.client.VerifyResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered listeners. Whatever a listener throws is logged and ignored, an
 * {@link Error} too: what it was told of is not seen a second time.
 */
public final class Listeners {

	private static final Logger logger = LoggerFactory.getLogger(Listeners.class);

	private final List<SyncListener> listeners = new CopyOnWriteArrayList<>();

	private final ThreadLocal<Boolean> telling = new ThreadLocal<>();

	public void add(SyncListener listener) {
		this.listeners.add(listener);
	}

	public void remove(SyncListener listener) {
		this.listeners.remove(listener);
	}

	public boolean isEmpty() {
		return this.listeners.isEmpty();
	}

	public void tell(SyncStatus status) {
		tell((listener) -> listener.onStatus(status));
	}

	public void tell(SyncException problem) {
		tell((listener) -> listener.onError(problem));
	}

	public void tell(Recovery recovery) {
		tell((listener) -> listener.onRecovery(recovery));
	}

	public void tell(UploadResult result) {
		tell(result.conflicts());
		result.quarantined().forEach((change) -> tell((listener) -> listener.onQuarantined(change)));
		result.refused().forEach((delete) -> tell((listener) -> listener.onRefusedDelete(delete)));
	}

	/** Tells of rows that differ, if there are any. */
	public void tell(VerifyResult result) {
		if (!result.isSame()) {
			tell((listener) -> listener.onDifferences(result));
		}
	}

	public void tellHeld(List<HeldRow> rows) {
		rows.forEach((row) -> tell((listener) -> listener.onHeld(row)));
	}

	public void tell(List<ResolvedConflict> conflicts) {
		conflicts.forEach((conflict) -> tell((listener) -> listener.onConflict(conflict)));
	}

	/** Returns whether this thread is telling a listener something. */
	public boolean isTelling() {
		return this.telling.get() != null;
	}

	private void tell(Consumer<SyncListener> event) {
		Boolean before = this.telling.get();
		this.telling.set(true);
		try {
			for (SyncListener listener : this.listeners) {
				tell(listener, event);
			}
		}
		finally {
			if (before == null) {
				this.telling.remove();
			}
		}
	}

	private static void tell(SyncListener listener, Consumer<SyncListener> event) {
		try {
			event.accept(listener);
		}
		catch (Throwable ex) {
			logger.warn("A listener failed", ex);
		}
	}

}
