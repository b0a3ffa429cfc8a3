/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

/**
 * The server does not answer, or not as a server of the protocol.
 */
public class UnreachableServerException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message the address and the problem
	 */
	public UnreachableServerException(String message) {
		super(message);
	}

}
