/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

/**
 * A device that waits. Is called by threads that must not be kept waiting.
 */
public interface Watcher {

	/**
	 * Receives the head of the stream, the same or an older one now and then.
	 * @param head the highest committed server_id of the user
	 */
	void head(long head);

	/** The device was revoked. */
	void revoked();

}
