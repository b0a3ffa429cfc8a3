/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import org.jspecify.annotations.Nullable;

/**
 * A sync failed. No local edit is lost by it: what was not confirmed by the server is
 * still pending. The subclasses say how to react.
 */
public class SyncException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message what is wrong and how to fix it
	 */
	public SyncException(String message) {
		super(message);
	}

	/**
	 * Creates an exception.
	 * @param message what is wrong and how to fix it
	 * @param cause the cause, or null
	 */
	public SyncException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
