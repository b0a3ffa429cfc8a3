/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.event;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;

/**
 * Passes notes on to several listeners.
 */
public final class EngineListeners implements EngineListener {

	private final List<EngineListener> listeners;

	private EngineListeners(List<EngineListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Combines listeners.
	 * @param listeners any number
	 * @return {@link EngineListener#NONE} for none, else one that calls all of them
	 */
	public static EngineListener of(List<EngineListener> listeners) {
		return switch (listeners.size()) {
			case 0 -> EngineListener.NONE;
			case 1 -> listeners.get(0);
			default -> new EngineListeners(listeners);
		};
	}

	private void each(Consumer<EngineListener> call) {
		this.listeners.forEach(call);
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
	public void uploadPhase(Phase phase, long nanos) {
		each((listener) -> listener.uploadPhase(phase, nanos));
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
	public void requestFailed(Throwable failure) {
		each((listener) -> listener.requestFailed(failure));
	}

}
