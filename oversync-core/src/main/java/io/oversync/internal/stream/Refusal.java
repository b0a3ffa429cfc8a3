/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.List;
import java.util.Set;

/**
 * Deletes of a device that were refused, and how the row was restored (protocol §2.1).
 *
 * @param baseVersions the versions that the refused deletes expected
 * @param restoredVersion the version that the restore produces
 * @param referencedBy {@code schema.table:key} of rows that refer to the row
 */
public record Refusal(Set<Long> baseVersions, long restoredVersion, List<String> referencedBy) {

	/**
	 * Returns whether a delete is a refused one, sent again.
	 * @param expectedVersion the version that the delete expects
	 * @param rowVersion the version of the row now
	 * @return whether the row is still as it was restored
	 */
	public boolean isRepeatedBy(long expectedVersion, long rowVersion) {
		return rowVersion == this.restoredVersion && this.baseVersions.contains(expectedVersion);
	}

}
