/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Set;

/**
 * A delete of a device that was refused in an earlier upload, and how the row was
 * restored (protocol §2.1).
 *
 * @param baseVersions the versions that the refused deletes expected
 * @param restoredVersion the version that the restore produced
 * @param referencedBy {@code schema.table:key} of rows that referred to it
 */
public record Refusal(Set<Long> baseVersions, long restoredVersion, List<String> referencedBy) {

	/**
	 * Returns whether a delete is the refused one, sent again.
	 * @param delete a delete of the row
	 * @param rowVersion the version of the row now
	 * @return whether the row is still as it was restored
	 */
	boolean isRepeatedBy(Change delete, long rowVersion) {
		return rowVersion == this.restoredVersion && this.baseVersions.contains(delete.expectedVersion());
	}

}
