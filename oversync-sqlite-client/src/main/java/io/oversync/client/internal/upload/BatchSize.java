/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

/**
 * The size of an upload: smaller if the server or the network cannot take it, larger if
 * they can. It doubles up to what was too much the last time, and goes on in small steps
 * from there.
 */
public final class BatchSize {

	private static final int SLOW_GROWTH = 8;

	private final int maxCount;

	private final long maxBytes;

	private int count;

	private long bytes;

	private int slowCount;

	private long slowBytes;

	/** Whether more than one change has failed, and one is sent at a time. */
	private boolean single;

	public BatchSize(int maxCount, long maxBytes) {
		this.maxCount = maxCount;
		this.maxBytes = maxBytes;
		this.count = maxCount;
		this.bytes = maxBytes;
		growFast();
	}

	int count() {
		return this.count;
	}

	long bytes() {
		return this.bytes;
	}

	/** Notes that a batch was too large. */
	void shrink(int sentCount, long sentBytes) {
		this.count = Math.max(1, Math.min(this.count, sentCount) / 2);
		this.bytes = Math.max(1, Math.min(this.bytes, sentBytes) / 2);
		this.single = this.count == 1;
		this.slowCount = this.count;
		this.slowBytes = this.bytes;
	}

	/**
	 * Returns whether to send one change at a time, also of those that belong together.
	 */
	boolean isSingle() {
		return this.single;
	}

	/** Notes that a batch was accepted. */
	void grow() {
		this.single = false;
		this.count = (int) grown(this.count, this.slowCount, this.maxCount);
		this.bytes = grown(this.bytes, this.slowBytes, this.maxBytes);
	}

	private static long grown(long size, long slow, long max) {
		return Math.min(max, (size < slow) ? size * 2 : size + 1 + size / SLOW_GROWTH);
	}

	/** Notes that a batch failed because of one change, not because of its size. */
	void growFast() {
		this.slowCount = this.maxCount;
		this.slowBytes = this.maxBytes;
	}

}
