/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

/**
 * The server no longer retains the deletes after a cursor: the stream has to be read from
 * its beginning.
 */
public final class StaleCursorException extends UnreachableServerException {

	StaleCursorException(String message) {
		super(message);
	}

}
