/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;

/**
 * A run of changes that may be reordered (protocol §2.1): upserts before deletes, parents
 * before children for upserts, children before parents for deletes. Changes of one row
 * keep their order, therefore a batch is cut where a row comes back after its delete.
 *
 * @param upserts in request order
 * @param deletes in request order
 */
record ReorderGroup(List<Change> upserts, List<Change> deletes) {

	private ReorderGroup() {
		this(new ArrayList<>(), new ArrayList<>());
	}

	static List<ReorderGroup> cut(List<Change> changes) {
		List<ReorderGroup> groups = new ArrayList<>();
		Set<RowKey> deleted = new HashSet<>();
		ReorderGroup group = new ReorderGroup();
		groups.add(group);
		for (Change change : changes) {
			if (!change.op().isUpsert()) {
				group.deletes.add(change);
				deleted.add(change.row());
				continue;
			}
			if (deleted.contains(change.row())) {
				group = new ReorderGroup();
				groups.add(group);
				// not cleared: that takes as long as it once was large
				deleted = new HashSet<>();
			}
			group.upserts.add(change);
		}
		return groups;
	}

}
