/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Merges column by column.
 */
final class ThreeWayMerge extends EditBeatsDelete {

	private final ColumnResolver columns;

	ThreeWayMerge(ColumnResolver columns) {
		this.columns = columns;
	}

	@Override
	Resolution resolve(Conflict conflict, Row local, Row server) {
		Row base = conflict.base();
		Map<String, @Nullable Object> merged = new LinkedHashMap<>(server.asMap());
		local.asMap().forEach((column, mine) -> {
			Object theirs = server.get(column);
			if (Values.same(mine, theirs)) {
				return;
			}
			if (base == null || !base.columns().contains(column)) {
				merged.put(column, this.columns.resolve(column, null, mine, theirs));
			}
			else if (Values.same(theirs, base.get(column))) {
				merged.put(column, mine);
			}
			else if (!Values.same(mine, base.get(column))) {
				merged.put(column, this.columns.resolve(column, base.get(column), mine, theirs));
			}
		});
		return Resolution.merge(new Row(merged));
	}

}
