/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Picks the columns that uploads write. Says so in the log where the reason is not in the
 * table's own definition.
 */
final class SyncedColumns {

	private static final Log logger = LogFactory.getLog(SyncedColumns.class);

	private final ColumnTypes types;

	SyncedColumns(ColumnTypes types) {
		this.types = types;
	}

	/**
	 * Picks the columns of a table.
	 * @param table a table that passed the checks
	 * @return as written neither the key nor the owner, nothing that the database
	 * generates, that may not be inserted and updated, or that is registered to be kept
	 */
	TableColumns of(FoundTable table) {
		List<Column> written = new ArrayList<>();
		List<Column> computed = new ArrayList<>();
		Column version = null;
		ColumnRoles roles = table.registration().columns();
		Set<String> ambiguous = table.names().ambiguous();
		if (!ambiguous.isEmpty()) {
			logger
				.warn(("Columns of %s differ in nothing but case: %s. Devices have to spell their names exactly as they"
						+ " are")
					.formatted(table.name(), ambiguous));
		}
		for (ColumnRow row : table.columns()) {
			Column column = new Column(row.name(), this.types.of(row), this.types.isNullable(row),
					this.types.hasDefault(row));
			if (roles.computed().contains(row.name())) {
				computed.add(column);
			}
			if (row.name().equals(roles.version())) {
				version = column;
			}
			else if (isWritten(table, row, column)) {
				written.add(column);
			}
		}
		warnOfCapture(table);
		return new TableColumns(written, computed, version);
	}

	private static void warnOfCapture(FoundTable table) {
		TableRegistration registration = table.registration();
		ColumnRow owner = (registration.ownerColumn() != null) ? table.find(registration.ownerColumn()) : null;
		if (!registration.isCaptured() || owner == null) {
			return;
		}
		List<String> rewriting = table.row().rewriting();
		if (registration.columns().computed().isEmpty() && !rewriting.isEmpty()) {
			logger
				.warn(("Triggers of %s may change rows while uploads write them: %s. List the columns that they set in"
						+ " the entry's computed-columns, or the device that uploads keeps what it sent")
					.formatted(table.name(), rewriting));
		}
		if (!table.row().indexed().contains(owner.number())) {
			logger.warn(("No index of %1$s begins with its owner column, so the first request of each user reads the"
					+ " whole table. Create one: CREATE INDEX ON %1$s (%2$s)")
				.formatted(registration.relation(), Relation.quoteIfNecessary(owner.name())));
		}
	}

	private boolean isWritten(FoundTable table, ColumnRow row, Column column) {
		if (row.number() == table.keyNumber() || row.generated()
				|| Objects.equals(row.name(), table.registration().ownerColumn())) {
			return false;
		}
		boolean readOnly = table.registration().columns().readOnly().contains(row.name());
		if (!readOnly && row.insertable() && row.updatable()) {
			return true;
		}
		if (!readOnly) {
			logger.warn(("Column %s of %s is not synced to the table: the role of the DataSource lacks INSERT or UPDATE"
					+ " on it. Grant both, or list it in the entry's read-only-columns")
				.formatted(row.name(), table.name()));
		}
		if (column.isRequired()) {
			logger.warn(("Column %s of %s is NOT NULL without a default, but uploads do not write it: new rows of"
					+ " devices will be refused by the table unless a trigger fills it")
				.formatted(row.name(), table.name()));
		}
		return false;
	}

	/**
	 * Returns the type of a table's owner column.
	 * @param table a table that passed the checks
	 * @return as it is written in a cast, {@code text} without an owner column
	 */
	String ownerType(FoundTable table) {
		String owner = table.registration().ownerColumn();
		ColumnRow column = (owner != null) ? table.find(owner) : null;
		return (column != null) ? this.types.of(column).sqlName() : "text";
	}

}
