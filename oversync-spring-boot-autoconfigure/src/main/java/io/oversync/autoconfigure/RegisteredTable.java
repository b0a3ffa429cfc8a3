/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.ColumnRoles;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An entry of {@code oversync.registered-tables}.
 *
 * @param name Table to synchronise, as schema.table. Without a schema it is one of the
 * schema public. Names with upper case are quoted as in SQL.
 * @param ownerColumn Column that holds the owner's user id, filled and enforced by the
 * server.
 * @param materialize Whether uploaded rows are written to the business table.
 * @param readOnlyColumns Columns that uploads never write.
 * @param computedColumns Columns that the database may fill or change while it writes a
 * row (defaults, generated columns, triggers): devices get their values back.
 * @param versionColumn Column that counts the updates of uploads, such as that of a JPA
 * attribute with @Version.
 * @param capture Whether devices receive what the application itself writes to the table.
 * @param wire Forms in which devices expect values that the application wrote.
 */
public record RegisteredTable(@Nullable String name, @Nullable String ownerColumn,
		@DefaultValue("true") boolean materialize, @DefaultValue Set<String> readOnlyColumns,
		@DefaultValue Set<String> computedColumns, @Nullable String versionColumn,
		@DefaultValue("true") boolean capture, @DefaultValue Wire wire) {

	private static final String PROPERTY = "oversync.registered-tables";

	public RegisteredTable {
		if (name == null || name.isBlank()) {
			throw new OversyncStartupException("An entry of %s has no name.".formatted(PROPERTY),
					"Write either 'schema.table', or 'name: schema.table' followed by the entry's other members.");
		}
		try {
			Relation.parse(name);
		}
		catch (IllegalArgumentException ex) {
			throw new OversyncStartupException("%s: '%s' is not the name of a table.".formatted(PROPERTY, name),
					"Write schema.table, or table alone for one of the schema public; both may consist of letters, digits"
							+ " and _ only. Quote upper case as in SQL: name: 'legacy.\"UserProfile\"'.");
		}
		readOnlyColumns = Set.copyOf(readOnlyColumns);
		computedColumns = Set.copyOf(computedColumns);
		requireColumn(name, "owner-column", (ownerColumn != null) ? List.of(ownerColumn) : List.of());
		requireColumn(name, "read-only-columns", readOnlyColumns);
		requireColumn(name, "computed-columns", computedColumns);
		requireColumn(name, "version-column", (versionColumn != null) ? List.of(versionColumn) : List.of());
		requireColumn(name, "wire.columns", wire.columns());
		requireColumn(name, "wire.overrides", wire.overrides().keySet());
	}

	/**
	 * Reads the short form of an entry. Called by Spring's conversion of strings.
	 * @param name the table, as schema.table
	 * @return the entry with defaults for everything else
	 */
	public static RegisteredTable of(String name) {
		return new RegisteredTable(name, null, true, Set.of(), Set.of(), null, true, Wire.DEFAULT);
	}

	TableName tableName() {
		return relation().tableName();
	}

	Relation relation() {
		return Relation.parse(String.valueOf(this.name));
	}

	TableRegistration toRegistration() {
		return new TableRegistration(tableName(), this.ownerColumn, this.materialize, Set.of(), relation())
			.withColumns(new ColumnRoles(this.readOnlyColumns, this.computedColumns, this.versionColumn))
			.withCapture(this.capture)
			.withWire(this.wire.toFormat());
	}

	private static void requireColumn(String table, String member, Iterable<String> columns) {
		for (String column : columns) {
			if (column.isBlank()) {
				throw new OversyncStartupException(
						"%s: the entry for %s has an empty %s.".formatted(PROPERTY, table, member),
						"Name a column of the table, or leave %s out.".formatted(member));
			}
		}
	}

	/**
	 * Forms in which devices expect values that the application wrote. A value that a
	 * device wrote shows its form itself.
	 *
	 * @param booleans Booleans as 0 and 1, or as true and false.
	 * @param timestamps Timestamps as ISO 8601 or SQL text, or as seconds or milliseconds
	 * since 1970.
	 * @param uuids UUIDs other than the key, dashed or as base64 of their 16 bytes.
	 * @param columns Columns that devices have. Without any, a row that no device wrote
	 * has all columns that uploads write, and a row of a device keeps those that it has.
	 * @param overrides Forms of single columns, by their names.
	 */
	public record Wire(@DefaultValue("number") WireFormat.Booleans booleans,
			@DefaultValue("iso") WireFormat.Timestamps timestamps, @DefaultValue("dashed") WireFormat.Uuids uuids,
			@DefaultValue Set<String> columns, @DefaultValue Map<String, ColumnWire> overrides) {

		static final Wire DEFAULT = new Wire(WireFormat.Booleans.NUMBER, WireFormat.Timestamps.ISO,
				WireFormat.Uuids.DASHED, Set.of(), Map.of());

		public Wire {
			columns = Set.copyOf(columns);
			overrides = Map.copyOf(overrides);
		}

		WireFormat toFormat() {
			Map<String, WireFormat.ColumnForms> forms = new HashMap<>();
			this.overrides.forEach((column, override) -> forms.put(column, override.toForms()));
			return new WireFormat(WireFormat.Forms.of(this.booleans, this.timestamps, this.uuids), this.columns, forms);
		}

	}

	/**
	 * Forms of one column, in place of those of the table.
	 *
	 * @param booleans Form of booleans.
	 * @param timestamps Form of timestamps and dates.
	 * @param uuids Form of UUIDs.
	 */
	public record ColumnWire(WireFormat.@Nullable Booleans booleans, WireFormat.@Nullable Timestamps timestamps,
			WireFormat.@Nullable Uuids uuids) {

		WireFormat.ColumnForms toForms() {
			return new WireFormat.ColumnForms(this.booleans, this.timestamps, this.uuids);
		}

	}

}
