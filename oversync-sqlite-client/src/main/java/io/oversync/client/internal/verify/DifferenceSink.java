/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.util.List;

/**
 * Receives differing rows while a verification finds them.
 */
interface DifferenceSink {

	/**
	 * Takes rows of one table.
	 */
	void take(List<FoundDifference> rows);

}
