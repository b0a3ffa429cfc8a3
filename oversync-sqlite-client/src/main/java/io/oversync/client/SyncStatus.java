/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where the sync stands, for a user interface. It is read from the database, whoever
 * wrote to it.
 */
public interface SyncStatus {

	/**
	 * Returns local changes that the server has not confirmed, the waiting ones included,
	 * the quarantined ones not.
	 * @return local changes that the server has not confirmed, the waiting ones included,
	 * the quarantined ones not
	 */
	long pending();

	/**
	 * Returns those that the server did not take the last time.
	 * @return those that the server did not take the last time
	 */
	long waiting();

	/**
	 * Returns local changes that the server will never take as they are.
	 * @return local changes that the server will never take as they are
	 */
	long quarantined();

	/**
	 * Returns rows of the server that a local constraint or an upload without an answer
	 * keeps from being written.
	 * @return rows of the server that a local constraint or an upload without an answer
	 * keeps from being written
	 */
	long held();

	/**
	 * Returns the position in the change stream.
	 * @return the position in the change stream
	 */
	long cursor();

	/**
	 * Returns how many positions the server was ahead when it was last asked.
	 * @return how many positions the server was ahead when it was last asked
	 */
	long lag();

	/**
	 * Returns when the server last answered an upload, or null.
	 * @return when the server last answered an upload, or null
	 */
	@Nullable Instant lastUpload();

	/**
	 * Returns when the server last answered a download, or null.
	 * @return when the server last answered a download, or null
	 */
	@Nullable Instant lastDownload();

	/**
	 * Returns whether everything of the server has been here once.
	 * @return whether everything of the server has been here once
	 */
	boolean hydrated();

	/**
	 * Returns whether the server has another history than the one that was seen here, so
	 * that nothing is sent until the next sync has recovered from that.
	 * @return whether there is something to recover from
	 */
	boolean recovering();

}
