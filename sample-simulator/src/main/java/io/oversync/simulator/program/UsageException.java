/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

/**
 * The options are wrong or name something that does not exist.
 */
public class UsageException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message the problem and its remedy
	 */
	public UsageException(String message) {
		super(message);
	}

}
