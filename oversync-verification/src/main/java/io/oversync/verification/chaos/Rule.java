/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;

/**
 * An invariant under all faults of devices, network and server.
 */
interface Rule {

	/**
	 * Looks for violations.
	 * @param history the evidence
	 * @param violations receives each
	 */
	void check(History history, Consumer<String> violations);

}
