/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The client cannot work with this database or these settings; the message says what to
 * change.
 */
public class SyncSetupException extends SyncException {

	/**
	 * Creates an exception.
	 * @param message what is wrong and how to fix it
	 */
	public SyncSetupException(String message) {
		super(message);
	}

}
