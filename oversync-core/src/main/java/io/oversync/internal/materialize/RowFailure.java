/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.internal.stream.BusinessWrite;

/**
 * A row that could not be written to its business table.
 *
 * @param write what was to be written
 * @param error why not, for the user
 */
public record RowFailure(BusinessWrite write, String error) {

	public RowFailure {
		error = FailureMessages.bound(error);
	}

}
