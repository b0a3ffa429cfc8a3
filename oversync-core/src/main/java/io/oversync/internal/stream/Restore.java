/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import io.oversync.internal.catalog.RowKey;

/**
 * A row whose delete was refused, to be appended to the stream once more so that the
 * device takes it back (protocol §2.1).
 *
 * @param entry the row once more, with the payload that it has in the stream
 * @param imageServerId the change that holds the row's after-image
 * @param refusal the refused deletes
 */
public record Restore(StreamEntry entry, long imageServerId, Refusal refusal) {

	/**
	 * Returns the row.
	 * @return its key
	 */
	public RowKey row() {
		return this.entry.row();
	}

}
