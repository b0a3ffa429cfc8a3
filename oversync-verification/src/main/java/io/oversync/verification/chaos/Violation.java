/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

/**
 * A violation of a rule.
 *
 * @param rule the rule
 * @param user the owner of the rows
 * @param message the details
 */
record Violation(String rule, String user, String message) {

	@Override
	public String toString() {
		return this.rule + " (" + this.user + "): " + this.message;
	}

}
