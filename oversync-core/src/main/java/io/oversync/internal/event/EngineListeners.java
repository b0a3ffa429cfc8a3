/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Several listeners as one. A listener's exception is logged, the first one with its
 * stack trace, and ignored: monitoring must not fail what it monitors.
 */
public final class EngineListeners implements EngineListener {

	private static final Log logger = LogFactory.getLog(EngineListeners.class);

	private final List<EngineListener> listeners;

	private final AtomicBoolean failed = new AtomicBoolean();

	private EngineListeners(List<EngineListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Joins listeners.
	 * @param listeners called in this order
	 * @return one for all, {@link EngineListener#NONE} where there is none
	 */
	public static EngineListener of(List<EngineListener> listeners) {
		return listeners.isEmpty() ? NONE : new EngineListeners(listeners);
	}

	private void each(Consumer<EngineListener> call) {
		for (EngineListener listener : this.listeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException ex) {
				note(ex);
			}
		}
	}

	private void note(RuntimeException failure) {
		if (this.failed.compareAndSet(false, true)) {
			logger.error("A listener of the sync engine failed; the engine goes on", failure);
		}
		else {
			logger.debug("A listener of the sync engine failed again", failure);
		}
	}

	/** Most listeners have no part in most phases: nothing is allocated for these. */
	@Override
	public Part begin(Phase phase) {
		Part parts = Part.NONE;
		for (EngineListener listener : this.listeners) {
			try {
				Part part = listener.begin(phase);
				if (part != Part.NONE) {
					parts = within(parts, part);
				}
			}
			catch (RuntimeException ex) {
				note(ex);
			}
		}
		return parts;
	}

	/** The part that began last ends first. */
	private Part within(Part outer, Part part) {
		return () -> {
			try {
				part.close();
			}
			catch (RuntimeException ex) {
				note(ex);
			}
			outer.close();
		};
	}

	@Override
	public void uploaded(SyncActor actor, UploadRequest request, UploadResponse response, long nanos) {
		each((listener) -> listener.uploaded(actor, request, response, nanos));
	}

	@Override
	public void uploadFailed(Throwable failure, long nanos) {
		each((listener) -> listener.uploadFailed(failure, nanos));
	}

	@Override
	public void replayed(int changes) {
		each((listener) -> listener.replayed(changes));
	}

	@Override
	public void downloaded(Read read, int changes, long nanos) {
		each((listener) -> listener.downloaded(read, changes, nanos));
	}

	@Override
	public void downloadFailed(Read read, Throwable failure, long nanos) {
		each((listener) -> listener.downloadFailed(read, failure, nanos));
	}

	@Override
	public void attempted(int attempts) {
		each((listener) -> listener.attempted(attempts));
	}

	@Override
	public void materializeFailed(Map<TableName, Integer> rows) {
		each((listener) -> listener.materializeFailed(rows));
	}

	@Override
	public void absorbed(long entries) {
		each((listener) -> listener.absorbed(entries));
	}

	@Override
	public void compacted(long entries) {
		each((listener) -> listener.compacted(entries));
	}

	@Override
	public void expired(long rows) {
		each((listener) -> listener.expired(rows));
	}

	@Override
	public void compactionsDue(int streams) {
		each((listener) -> listener.compactionsDue(streams));
	}

	@Override
	public void requestFailed(Throwable failure) {
		each((listener) -> listener.requestFailed(failure));
	}

	@Override
	public void beyondHead(SyncActor actor, long after, long head) {
		each((listener) -> listener.beyondHead(actor, after, head));
	}

	@Override
	public void deviceChanged(SyncActor actor, DeviceChange change) {
		each((listener) -> listener.deviceChanged(actor, change));
	}

}
