/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

/**
 * The result of a workload.
 *
 * @param violations the violations of rules
 * @param log the events, in order
 */
record RunResult(List<Violation> violations, List<String> log) {

	boolean passed() {
		return this.violations.isEmpty();
	}

}
