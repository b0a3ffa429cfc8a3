/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.materialize.MaterializationHandler;
import org.jspecify.annotations.Nullable;

/**
 * A write with its values.
 *
 * @param table the table
 * @param write the write
 * @param handler writes the table, null for the automatic materialisation
 * @param values null for a delete, for a handler's table and when there is an error
 * @param error why the values could not be converted, null when they could
 */
record Step(SyncedTable table, BusinessWrite write, @Nullable MaterializationHandler handler,
		@Nullable RowValues values, @Nullable String error) {

	/**
	 * Prepares a write.
	 * @param table its table
	 * @param write the write
	 * @param handler the table's handler, null for none
	 * @return the step
	 */
	static Step of(SyncedTable table, BusinessWrite write, @Nullable MaterializationHandler handler) {
		if (handler != null) {
			return new Step(table, write, handler, null, null);
		}
		if (write.isDelete() || table.problem() != null) {
			return new Step(table, write, null, null, table.problem());
		}
		try {
			return new Step(table, write, null, RowValues.of(table, write.images()), null);
		}
		catch (ValueConversionException ex) {
			return new Step(table, write, null, null, ex.getMessage());
		}
	}

	RowKey row() {
		return this.write.row();
	}

	/**
	 * Returns whether the write decides the value of a column.
	 * @param column a synced column
	 * @return false if the column keeps the value that it has
	 */
	boolean overwrites(Column column) {
		return this.write.isDelete() || this.write.fresh()
				|| (this.values != null && this.values.columns().contains(column));
	}

}
