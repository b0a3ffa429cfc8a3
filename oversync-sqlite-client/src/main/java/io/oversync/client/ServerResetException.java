/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The server does not have the history any more that this database has seen, as after a
 * restored backup; or it is another server, after
 * {@link SyncClientBuilder#allowServerChange()}. Nothing is uploaded until both were
 * brought together: {@link SyncClient#sync()} does that by itself, unless downloads are
 * paused, and so does {@link SyncClient#hydrate()}; single batches and pages fail with
 * this exception until then.
 */
public class ServerResetException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message the evidence
	 */
	public ServerResetException(String message) {
		super(message);
	}

}
