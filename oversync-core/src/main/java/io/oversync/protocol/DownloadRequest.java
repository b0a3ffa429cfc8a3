/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code GET /sync/download} (§3).
 *
 * @param after the cursor, exclusive, 0 or more
 * @param limit the most changes to send, 1 to {@value #MAX_LIMIT}
 * @param schema only changes of this schema, null for all
 * @param includeSelf whether the asking source's own changes are sent, too
 * @param until the frozen upper bound, 0 for none
 * @param peek whether it only looks something up: {@code after} says nothing about what
 * the device has
 */
public record DownloadRequest(long after, int limit, @Nullable String schema, boolean includeSelf, long until,
		boolean peek) {

	/** The page size when the client names none. */
	public static final int DEFAULT_LIMIT = 100;

	/** The largest page. */
	public static final int MAX_LIMIT = 1000;

	/**
	 * Checks the ranges.
	 * @throws SyncException {@link ErrorCode#INVALID_REQUEST} that names the parameter
	 */
	public DownloadRequest {
		require(after >= 0, "'after' must be 0 or more");
		require(limit >= 1 && limit <= MAX_LIMIT, "'limit' must be from 1 to " + MAX_LIMIT);
		require(schema == null || TableName.isIdentifier(schema), "'schema' may contain a-z, 0-9 and _ only");
		require(until >= 0, "'until' must be 0 or more");
	}

	/**
	 * Creates a request of a device that has everything up to its cursor.
	 * @param after the cursor, exclusive, 0 or more
	 * @param limit the most changes to send, 1 to {@value #MAX_LIMIT}
	 * @param schema only changes of this schema, null for all
	 * @param includeSelf whether the asking source's own changes are sent, too
	 * @param until the frozen upper bound, 0 for none
	 */
	public DownloadRequest(long after, int limit, @Nullable String schema, boolean includeSelf, long until) {
		this(after, limit, schema, includeSelf, until, false);
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new SyncException(ErrorCode.INVALID_REQUEST, message);
		}
	}

}
