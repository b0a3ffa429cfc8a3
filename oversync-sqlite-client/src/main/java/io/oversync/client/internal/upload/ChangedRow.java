/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * A changed row: one that was deleted, or one that is sent together with others.
 */
final class ChangedRow {

	private final LocalTable table;

	/** Equal for equal keys, as text or as bytes. */
	private final String name;

	private final Object key;

	ChangedRow(LocalTable table, Object key) {
		this.table = table;
		this.key = key;
		this.name = Outbox.rowName(table.no(), BaseImage.literal(key));
	}

	LocalTable table() {
		return this.table;
	}

	Object key() {
		return this.key;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ChangedRow node && this.name.equals(node.name);
	}

	@Override
	public int hashCode() {
		return this.name.hashCode();
	}

}
