/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Consumer;

/**
 * Something that always holds, whatever happens to devices, network and server.
 */
interface Rule {

	/**
	 * Looks for violations.
	 * @param history what was seen
	 * @param violations receives each
	 */
	void check(History history, Consumer<String> violations);

}
