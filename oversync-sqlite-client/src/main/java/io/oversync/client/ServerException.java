/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The server refused a request as a whole (§5), or its answer makes no sense. Nothing was
 * changed locally.
 */
public class ServerException extends SyncException {

	private final int status;

	private final String code;

	private final @Nullable Duration retryAfter;

	/**
	 * Creates an exception.
	 * @param status the HTTP status
	 * @param code the protocol's code, or an empty string
	 * @param message the server's message
	 * @param retryAfter the delay that it asked for, or null
	 */
	public ServerException(int status, String code, String message, @Nullable Duration retryAfter) {
		super(message);
		this.status = status;
		this.code = code;
		this.retryAfter = retryAfter;
	}

	/**
	 * Returns the HTTP status. 401 means that the token was refused twice, the second
	 * time after it had been renewed.
	 * @return the status
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Returns the protocol's error code.
	 * @return the code, empty if the answer was not the protocol's
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Returns how long the server asked to wait.
	 * @return the time, if it said one
	 */
	public Optional<Duration> retryAfter() {
		return Optional.ofNullable(this.retryAfter);
	}

}
