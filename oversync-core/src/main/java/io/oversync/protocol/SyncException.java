/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A request that fails as a whole (§5). The message goes to the client: it says what is
 * wrong and how to fix it, and never carries SQL or another user's data.
 */
public class SyncException extends RuntimeException {

	private final ErrorCode code;

	/**
	 * Creates an error for the client.
	 * @param code the code and HTTP status
	 * @param message what is wrong, for the client
	 */
	public SyncException(ErrorCode code, String message) {
		this(code, message, null);
	}

	/**
	 * Creates an error for the client with its cause for the log.
	 * @param code the code and HTTP status
	 * @param message what is wrong, for the client
	 * @param cause for the log only
	 */
	public SyncException(ErrorCode code, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.code = code;
	}

	/**
	 * Returns the code.
	 * @return the code and HTTP status
	 */
	public ErrorCode code() {
		return this.code;
	}

}
