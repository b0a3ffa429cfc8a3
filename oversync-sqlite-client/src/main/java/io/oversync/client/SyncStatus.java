/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The status of the sync, for a user interface. It is read from the database, so it
 * includes the syncs of other processes.
 */
public interface SyncStatus {

	/**
	 * Returns the number of local changes that the server has not confirmed, including
	 * the waiting ones and without the quarantined ones.
	 * @return the number
	 */
	long pending();

	/**
	 * Returns the number of changes that the server did not take yet.
	 * @return the number
	 */
	long waiting();

	/**
	 * Returns the number of local changes that the server will never take as they are.
	 * @return the number
	 */
	long quarantined();

	/**
	 * Returns the number of the server's rows that a local constraint, or an upload
	 * without an answer, keeps out.
	 * @return the number
	 */
	long held();

	/**
	 * Returns the position in the change stream.
	 * @return the position
	 */
	long cursor();

	/**
	 * Returns the number of positions by which the server was ahead at the last download.
	 * @return the number
	 */
	long lag();

	/**
	 * Returns the time of the last answer to an upload, or null.
	 * @return the time
	 */
	@Nullable Instant lastUpload();

	/**
	 * Returns the time of the last answer to a download, or null.
	 * @return the time
	 */
	@Nullable Instant lastDownload();

	/**
	 * Returns whether the whole stream was downloaded once.
	 * @return whether it was
	 */
	boolean hydrated();

	/**
	 * Returns whether the server has another history than the one that was seen here.
	 * Nothing is sent until the next sync has recovered from that.
	 * @return whether a recovery is needed
	 */
	boolean recovering();

}
