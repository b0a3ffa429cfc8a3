/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * A value cannot be sent so that it arrives as it is.
 */
final class UnsupportedValueException extends RuntimeException {

	UnsupportedValueException(String message) {
		super(message);
	}

}
