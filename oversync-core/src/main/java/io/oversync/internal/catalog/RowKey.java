/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.UUID;

import io.oversync.protocol.TableName;

/**
 * Names a row of a registered table. Devices choose the keys, also such with the same
 * hash: hash maps stay fast for keys that can be compared.
 *
 * @param table the table
 * @param pk the key
 */
public record RowKey(TableName table, UUID pk) implements Comparable<RowKey> {

	@Override
	public int compareTo(RowKey other) {
		int byTable = this.table.compareTo(other.table);
		return (byTable != 0) ? byTable : this.pk.compareTo(other.pk);
	}

	@Override
	public String toString() {
		return this.table + ":" + this.pk;
	}

}
