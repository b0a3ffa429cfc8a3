/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.time.Duration;

/**
 * The settings of uploads.
 *
 * @param maxChanges the most changes of one upload, 0 for no limit
 * @param safeWatermark whether {@code highest_server_seq} stays at the device's cursor
 * while changes of other sources lie above it
 * @param lockTimeout the longest wait for the lock of a stream; later locks of an upload
 * are waited for less long
 * @param conflictBytes the most that the payloads of the rows which conflicts show may
 * have in one answer
 */
public record UploadSettings(int maxChanges, boolean safeWatermark, Duration lockTimeout, long conflictBytes) {

	private static final long USUAL_CONFLICT_BYTES = 64 * 1024 * 1024;

	/** The share of the heap that an answer may take. */
	private static final int HEAP_PARTS = 16;

	/**
	 * Creates settings with the usual bound on conflicts.
	 * @param maxChanges the most changes of one upload, 0 for no limit
	 * @param safeWatermark whether {@code highest_server_seq} stays at the device's
	 * cursor while changes of other sources lie above it
	 * @param lockTimeout the longest wait for the lock of a stream; later locks of an
	 * upload are waited for less long
	 */
	public UploadSettings(int maxChanges, boolean safeWatermark, Duration lockTimeout) {
		this(maxChanges, safeWatermark, lockTimeout, usualConflictBytes(Runtime.getRuntime().maxMemory()));
	}

	/**
	 * Returns the settings with another bound on conflicts.
	 * @param bytes the most that the payloads of the rows may have in one answer
	 * @return otherwise the same
	 */
	public UploadSettings withConflictBytes(long bytes) {
		return new UploadSettings(this.maxChanges, this.safeWatermark, this.lockTimeout, bytes);
	}

	/**
	 * Returns the usual bound on conflicts.
	 * @param heapBytes the largest heap
	 * @return 64 MiB, or less for a heap of less than a gigabyte
	 */
	public static long usualConflictBytes(long heapBytes) {
		return Math.min(USUAL_CONFLICT_BYTES, heapBytes / HEAP_PARTS);
	}

}
