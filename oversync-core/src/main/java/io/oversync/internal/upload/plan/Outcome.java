/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.RowState;

/**
 * The planner's decision about one change.
 */
public sealed interface Outcome {

	/**
	 * The change takes effect now, or did before.
	 *
	 * @param version the version that it produced
	 */
	record Applied(long version) implements Outcome {
	}

	/**
	 * The row is at another version.
	 *
	 * @param row the row
	 * @param state its state
	 */
	record Conflict(RowKey row, RowState state) implements Outcome {
	}

	/**
	 * A delete of a row that other rows refer to.
	 *
	 * @param row the row
	 * @param referencedBy {@code schema.table:key} of rows that refer to it, ten at most
	 */
	record Refused(RowKey row, List<String> referencedBy) implements Outcome {
	}

	/**
	 * Rows that it refers to do not exist, or not yet on the device.
	 *
	 * @param missing those rows
	 */
	record Missing(List<RowKey> missing) implements Outcome {
	}

}
