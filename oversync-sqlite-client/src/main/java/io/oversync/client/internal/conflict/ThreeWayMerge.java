/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.conflict;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oversync.client.Conflict;
import io.oversync.client.Resolution;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.support.SqliteValues;
import org.jspecify.annotations.Nullable;

/**
 * Merges column by column.
 */
public final class ThreeWayMerge extends EditBeatsDelete {

	private final ColumnResolver columns;

	public ThreeWayMerge(ColumnResolver columns) {
		this.columns = columns;
	}

	@Override
	Resolution resolve(Conflict conflict, SyncRow local, SyncRow server) {
		SyncRow base = conflict.base();
		Map<String, @Nullable Object> merged = new LinkedHashMap<>(server.asMap());
		local.asMap().forEach((column, mine) -> {
			Object theirs = server.get(column);
			if (SqliteValues.same(mine, theirs)) {
				return;
			}
			if (base == null || !base.columns().contains(column)) {
				merged.put(column, this.columns.resolve(column, null, mine, theirs));
			}
			else if (SqliteValues.same(theirs, base.get(column))) {
				merged.put(column, mine);
			}
			else if (!SqliteValues.same(mine, base.get(column))) {
				merged.put(column, this.columns.resolve(column, base.get(column), mine, theirs));
			}
		});
		return Resolution.merge(new SyncRow(merged));
	}

}
