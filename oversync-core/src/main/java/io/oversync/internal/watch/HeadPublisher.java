/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.watch;

/**
 * Receives heads for other nodes. Is called by threads that must not be kept waiting.
 */
@FunctionalInterface
public interface HeadPublisher {

	/**
	 * Receives a head.
	 * @param streamKey the stream, as all nodes name it
	 * @param head its highest committed server_id
	 */
	void moved(long streamKey, long head);

}
