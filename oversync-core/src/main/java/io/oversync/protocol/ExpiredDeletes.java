/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * Which deletes of a stream have expired (protocol §3).
 *
 * @param retainedSince the server_id up to which deletes may be missing, 0 for none
 * @param rows the number of rows that are gone with their deletes. It rises whenever a
 * delete expires, which {@code retainedSince} does not: a delete may stay for longer than
 * later ones
 */
public record ExpiredDeletes(long retainedSince, long rows) {

	/** Of a stream that knows all deletes. */
	public static final ExpiredDeletes NONE = new ExpiredDeletes(0, 0);

}
