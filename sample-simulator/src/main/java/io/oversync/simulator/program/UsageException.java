/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

/**
 * Nothing can be played: the options are wrong, or what they name is not there.
 */
public class UsageException extends RuntimeException {

	/**
	 * Creates one.
	 * @param message what is wrong and what to do
	 */
	public UsageException(String message) {
		super(message);
	}

}
