/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

/**
 * One difference between an answer and its expectation.
 *
 * @param path the path of the value, such as {@code body.statuses[2].server_row.payload}
 * @param problem the difference
 */
record Mismatch(String path, String problem) {

	@Override
	public String toString() {
		return this.path + ": " + this.problem;
	}

}
