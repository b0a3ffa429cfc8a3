/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Set;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import io.oversync.internal.catalog.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The requirements of business tables. Each failure names the table.
 */
final class TableChecks {

	private static final Set<String> RELATIONS = Set.of("r", "p");

	private static final Set<String> OWNER_TYPES = Set.of("text", "varchar", "uuid");

	private static final Set<Kind> TIMESTAMPS = Set.of(Kind.TIMESTAMP, Kind.TIMESTAMP_WITH_TIME_ZONE, Kind.DATE);

	private static final Set<String> VERSION_TYPES = Set.of("int4", "int8");

	private final ColumnTypes types;

	TableChecks(ColumnTypes types) {
		this.types = types;
	}

	static OversyncStartupException missing(Relation table) {
		return new OversyncStartupException("The registered table %s does not exist in the database.".formatted(table),
				"Create it in a migration of the application, correct its entry in oversync.registered-tables, or set"
						+ " materialize: false on the entry if its rows are to be kept in the sync schema only.");
	}

	/**
	 * Checks that what is said of columns has an effect.
	 * @param registration the table, whose columns may not have been read
	 * @throws OversyncStartupException if it has none
	 */
	static void requireUse(TableRegistration registration) {
		if (registration.columns().version() != null && !registration.materialize()) {
			throw new OversyncStartupException(
					"The registered table %s has a version-column, but its rows are not written to a table."
						.formatted(registration.name()),
					"Remove version-column, or materialize: false.");
		}
		if (!registration.columns().computed().isEmpty() && !registration.isCaptured()) {
			throw new OversyncStartupException(
					"The registered table %s has computed-columns, but what the database writes to it is not captured, so"
						.formatted(registration.name()) + " devices would not get their values.",
					"Set oversync.capture.mode: migrate, and give the entry an owner-column, without capture: false,"
							+ " materialize: false and a MaterializationHandler; or remove computed-columns.");
		}
	}

	/**
	 * Checks a table that uploads write.
	 * @param table the table
	 * @throws OversyncStartupException if something is missing
	 */
	void check(FoundTable table) {
		if (!RELATIONS.contains(table.row().kind())) {
			throw new OversyncStartupException("The registered table %s is not a table.".formatted(table.name()),
					"Register an ordinary or partitioned table: views, foreign tables and sequences cannot be synced.");
		}
		requirePrivilege(table, table.row().usable(),
				"USAGE ON SCHEMA " + table.registration().relation().quotedSchema());
		checkKey(table);
		checkOwner(table);
		for (String column : table.registration().columns().readOnly()) {
			find(table, column, "read-only column");
		}
		checkComputed(table);
		checkVersion(table);
		checkWire(table);
		requirePrivilege(table, table.row().deletable(), "DELETE ON " + table.registration().relation());
	}

	/**
	 * Returns whether a column can be the key of a synced table.
	 * @param table the table
	 * @return whether its primary key is one column of type uuid
	 */
	boolean hasUuidKey(FoundTable table) {
		return table.keyNumber() != 0 && this.types.builtInName(table.column(table.keyNumber())).equals("uuid");
	}

	/**
	 * Checks that a column may be read, as the search for referring rows requires.
	 * @param table its table
	 * @param column the column
	 */
	static void requireSelect(FoundTable table, ColumnRow column) {
		requirePrivilege(table, column.selectable(), "SELECT (%s) ON %s"
			.formatted(Relation.quoteIfNecessary(column.name()), table.registration().relation()));
	}

	static void requireSelect(FoundTable table, String column) {
		ColumnRow found = table.find(column);
		if (found != null) {
			requireSelect(table, found);
		}
	}

	private void checkKey(FoundTable table) {
		if (!hasUuidKey(table)) {
			throw new OversyncStartupException(
					"The registered table %s has %s, but a synced table needs a primary key of exactly one column of type uuid."
						.formatted(table.name(), describeKey(table)),
					"Give the table such a key, or remove its entry from oversync.registered-tables.");
		}
		ColumnRow key = table.column(table.keyNumber());
		if (table.row().keyDeferrable()) {
			throw new OversyncStartupException(
					"The primary key of the registered table %s is DEFERRABLE, which rules out INSERT … ON CONFLICT."
						.formatted(table.name()),
					"Make the primary key NOT DEFERRABLE.");
		}
		if (key.generated()) {
			throw new OversyncStartupException(
					"The key column %s of the registered table %s is generated, but devices choose the keys of rows."
						.formatted(key.name(), table.name()),
					"Make it an ordinary column; a default is fine.");
		}
		requireSelect(table, key);
		requirePrivilege(table, key.insertable(), "INSERT ON " + table.registration().relation());
	}

	private void checkOwner(FoundTable table) {
		String owner = table.registration().ownerColumn();
		if (owner == null) {
			return;
		}
		ColumnRow column = table.find(owner);
		if (column == null) {
			throw noSuchColumn(table, "owner column", owner);
		}
		if (!OWNER_TYPES.contains(this.types.builtInName(column)) || column.generated()
				|| column.number() == table.keyNumber()) {
			throw new OversyncStartupException(
					"The owner column %s of the registered table %s cannot hold user ids: it is %s.".formatted(owner,
							table.name(), describeOwner(table, column)),
					"Name an ordinary column of type text, varchar or uuid (or a domain over one) as owner-column.");
		}
		requireSelect(table, column);
		requirePrivilege(table, column.insertable(), "INSERT ON " + table.registration().relation());
	}

	private static void checkComputed(FoundTable table) {
		for (String name : table.registration().columns().computed()) {
			ColumnRow column = find(table, name, "computed column");
			if (column.number() == table.keyNumber() || name.equals(table.registration().ownerColumn())) {
				throw new OversyncStartupException(
						"computed-columns of the registered table %s names %s, which is its key or its owner column."
							.formatted(table.name(), name),
						"Leave it out: devices choose the keys, and the owner is the user who uploads.");
			}
			requireSelect(table, column);
		}
	}

	private void checkVersion(FoundTable table) {
		String name = table.registration().columns().version();
		if (name == null) {
			return;
		}
		ColumnRow column = find(table, name, "version column");
		if (!VERSION_TYPES.contains(this.types.builtInName(column)) || column.generated()
				|| column.number() == table.keyNumber()) {
			throw new OversyncStartupException(
					"The version column %s of the registered table %s cannot count updates: it is %s.".formatted(name,
							table.name(),
							column.generated() ? "generated" : "of type " + this.types.of(column).sqlName()),
					"Name an ordinary column of type integer or bigint as version-column.");
		}
		requireSelect(table, column);
		requirePrivilege(table, column.insertable() && column.updatable(), "INSERT (%1$s), UPDATE (%1$s) ON %2$s"
			.formatted(Relation.quoteIfNecessary(name), table.registration().relation()));
	}

	private void checkWire(FoundTable table) {
		WireFormat wire = table.registration().wire();
		for (String name : wire.columns()) {
			ColumnRow column = find(table, name, "column of wire.columns");
			ColumnRoles roles = table.registration().columns();
			boolean sent = roles.computed().contains(name)
					|| (!column.generated() && !name.equals(table.registration().ownerColumn()) && !roles.isKept(name));
			if (!sent) {
				throw new OversyncStartupException(
						"wire.columns of the registered table %s names %s, which uploads do not write."
							.formatted(table.name(), name),
						"Leave out the owner column; list read-only, generated and identity columns in the entry's"
								+ " computed-columns, too, if devices are to have their values.");
			}
		}
		wire.overrides()
			.forEach((name, forms) -> checkForms(table, find(table, name, "column of wire.overrides"), forms));
	}

	private void checkForms(FoundTable table, ColumnRow column, WireFormat.ColumnForms forms) {
		ColumnType type = this.types.of(column);
		Kind kind = (type.element() != null) ? type.element().kind() : type.kind();
		String unfit = null;
		if (forms.booleans() != null && kind != Kind.BOOLEAN) {
			unfit = "booleans";
		}
		else if (forms.timestamps() != null && !TIMESTAMPS.contains(kind)) {
			unfit = "timestamps";
		}
		else if (forms.uuids() != null && kind != Kind.UUID) {
			unfit = "uuids";
		}
		if (unfit != null) {
			throw new OversyncStartupException(
					"wire.overrides of the registered table %s gives %s a form for %s, but the column is of type %s."
						.formatted(table.name(), column.name(), unfit, type.sqlName()),
					"Remove '%s' from the column's overrides: booleans is for boolean, timestamps for timestamp,"
						.formatted(unfit) + " timestamptz and date, uuids for uuid, and each for arrays of them.");
		}
	}

	private static ColumnRow find(FoundTable table, String name, String role) {
		ColumnRow column = table.find(name);
		if (column == null) {
			throw noSuchColumn(table, role, name);
		}
		return column;
	}

	private String describeKey(FoundTable table) {
		return switch (table.row().keyColumns().size()) {
			case 0 -> "no primary key";
			case 1 -> {
				ColumnRow key = table.column(table.keyNumber());
				yield "the primary key %s of type %s".formatted(key.name(), this.types.of(key).sqlName());
			}
			default -> "a primary key of several columns";
		};
	}

	private String describeOwner(FoundTable table, ColumnRow column) {
		if (column.number() == table.keyNumber()) {
			return "the primary key";
		}
		return column.generated() ? "generated" : "of type " + this.types.of(column).sqlName();
	}

	private static OversyncStartupException noSuchColumn(FoundTable table, String role, String column) {
		return new OversyncStartupException(
				"The registered table %s has no column '%s', which its entry names as %s.".formatted(table.name(),
						column, role),
				"Correct the entry in oversync.registered-tables; columns that differ only in case are spelled exactly as in"
						+ " the database.");
	}

	private static void requirePrivilege(FoundTable table, @Nullable Boolean granted, String privilege) {
		if (!Boolean.TRUE.equals(granted)) {
			throw new OversyncStartupException(
					"The role of the application's DataSource lacks a privilege that syncing %s needs: %s."
						.formatted(table.name(), privilege),
					"Run: GRANT %s TO <role>; or set materialize: false on the table's entry.".formatted(privilege));
		}
	}

}
