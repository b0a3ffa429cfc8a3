/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.materialize;

/**
 * The reason for which a {@link MaterializationHandler} refuses a row. The message is
 * shown to the user whose row it is.
 */
public class MaterializationException extends RuntimeException {

	/**
	 * Refuses a row.
	 * @param message why, for the user
	 */
	public MaterializationException(String message) {
		super(message);
	}

}
