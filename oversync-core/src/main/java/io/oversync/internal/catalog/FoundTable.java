/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import io.oversync.internal.catalog.CatalogQueries.TableRow;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A registered table that exists.
 *
 * @param registration how the application registered it
 * @param row what the catalog says about it
 * @param columns all its columns, in the order of the table
 */
record FoundTable(TableRegistration registration, TableRow row, List<ColumnRow> columns) {

	/** Spells the columns of the registration as the table does. */
	FoundTable {
		registration = registration.spelledLike(names(columns));
	}

	ColumnNames names() {
		return names(this.columns);
	}

	private static ColumnNames names(List<ColumnRow> columns) {
		return ColumnNames.of(columns.stream().map(ColumnRow::name).toList());
	}

	TableName name() {
		return this.registration.name();
	}

	/**
	 * Returns the number of the key's column.
	 * @return 0 if the primary key is missing or has several columns
	 */
	int keyNumber() {
		return (this.row.keyColumns().size() == 1) ? this.row.keyColumns().get(0) : 0;
	}

	ColumnRow column(int number) {
		return this.columns.stream().filter((column) -> column.number() == number).findFirst().orElseThrow();
	}

	@Nullable ColumnRow find(String name) {
		return this.columns.stream().filter((column) -> column.name().equals(name)).findFirst().orElse(null);
	}

}
