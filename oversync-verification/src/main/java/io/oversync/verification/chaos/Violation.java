/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * Something that must never happen.
 *
 * @param rule what was violated
 * @param user whose rows
 * @param message what exactly was seen
 */
record Violation(String rule, String user, String message) {

	@Override
	public String toString() {
		return this.rule + " (" + this.user + "): " + this.message;
	}

}
