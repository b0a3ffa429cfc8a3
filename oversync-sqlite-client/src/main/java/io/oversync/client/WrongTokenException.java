/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The token supplier has returned no token, one that no header can carry, or that of
 * another user or another device than the database was opened for. Nothing was sent. The
 * next sync asks for a token again.
 */
public class WrongTokenException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message what is wrong and how to fix it
	 */
	public WrongTokenException(String message) {
		super(message);
	}

}
