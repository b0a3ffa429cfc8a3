/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import io.oversync.protocol.ChangesSink;
import io.oversync.protocol.DownloadedChange;

/**
 * Counts the changes that another sink receives.
 */
final class CountingSink implements ChangesSink {

	private final ChangesSink sink;

	/** One number. */
	final int[] count = new int[1];

	CountingSink(ChangesSink sink) {
		this.sink = sink;
	}

	@Override
	public void begin(long restores, long windowUntil) {
		this.sink.begin(restores, windowUntil);
	}

	@Override
	public void change(DownloadedChange change) {
		this.count[0]++;
		this.sink.change(change);
	}

	@Override
	public void pause() {
		this.sink.pause();
	}

	@Override
	public boolean isFull() {
		return this.sink.isFull();
	}

}
