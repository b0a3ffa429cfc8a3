/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.SyncActor;

/**
 * Devices that know more of their stream than there is: the database was put back to an
 * earlier state, and they miss what is written until the stream has passed their cursors.
 * Says so once for each user.
 */
final class RestoreEvidence {

	/** Further users are counted only. */
	private static final int MOST_USERS = 1_000;

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	private final LongAdder count = new LongAdder();

	private final EngineListener listener;

	RestoreEvidence(EngineListener listener) {
		this.listener = listener;
	}

	/**
	 * Notes a download from beyond the end of the stream. A cursor of the greatest value
	 * is that of a client that wants no changes.
	 * @param actor the device
	 * @param request what it asked for
	 * @param window how the page ends
	 */
	void note(SyncActor actor, DownloadRequest request, DownloadWindow window) {
		if (request.until() > 0 || request.after() <= window.windowUntil() || request.after() == Long.MAX_VALUE) {
			return;
		}
		this.count.increment();
		if (this.told.size() < MOST_USERS && this.told.add(actor.userId())) {
			this.listener.beyondHead(actor, request.after(), window.windowUntil());
		}
	}

	/**
	 * Returns how many downloads were such.
	 * @return their number since the start
	 */
	long count() {
		return this.count.sum();
	}

}
