/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The server could not be reached, or its answer got lost. Trying again is always safe:
 * the same changes are sent under the same ids.
 */
public class NetworkException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message the attempted operation and its problem
	 * @param cause the cause
	 */
	public NetworkException(String message, Throwable cause) {
		super(message, cause);
	}

}
