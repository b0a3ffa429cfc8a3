/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.compact;

import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a prefix.
 *
 * @param serverId its position
 * @param row the row
 * @param members the members of its payload, each with its JSON text; null for a delete
 * @param transaction equal for entries of one transaction, whose constraints hold at its
 * end
 */
record PrefixEntry(long serverId, RowKey row, @Nullable Map<String, String> members, long transaction) {

	PrefixEntry {
		members = (members != null) ? Map.copyOf(members) : null;
	}

	boolean isDelete() {
		return this.members == null;
	}

}
