/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

/**
 * One thing in an answer that is not as it has to be.
 *
 * @param path where, such as {@code body.statuses[2].server_row.payload}
 * @param problem what is wrong there
 */
record Mismatch(String path, String problem) {

	@Override
	public String toString() {
		return this.path + ": " + this.problem;
	}

}
