package io.oversync.catalog;

import java.util.UUID;

import io.oversync.protocol.TableName;

/**
 * Names a row of a registered table.
 *
 * @param table the table
 * @param pk the key
 */
public record RowKey(TableName table, UUID pk) {

	@Override
	public String toString() {
		return this.table + ":" + this.pk;
	}

}
