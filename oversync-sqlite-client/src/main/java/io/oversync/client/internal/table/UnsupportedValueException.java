/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

/**
 * A value cannot be sent so that it arrives as it is.
 */
public final class UnsupportedValueException extends RuntimeException {

	public UnsupportedValueException(String message) {
		super(message);
	}

}
