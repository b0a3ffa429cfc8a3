/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.List;
import java.util.Set;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableRegistration;
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
 */
public record RegisteredTable(@Nullable String name, @Nullable String ownerColumn,
		@DefaultValue("true") boolean materialize, @DefaultValue Set<String> readOnlyColumns) {

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
		requireColumn(name, "owner-column", (ownerColumn != null) ? List.of(ownerColumn) : List.of());
		requireColumn(name, "read-only-columns", readOnlyColumns);
	}

	/**
	 * Reads the short form of an entry. Called by Spring's conversion of strings.
	 * @param name the table, as schema.table
	 * @return the entry with defaults for everything else
	 */
	public static RegisteredTable of(String name) {
		return new RegisteredTable(name, null, true, Set.of());
	}

	TableName tableName() {
		return relation().tableName();
	}

	Relation relation() {
		return Relation.parse(String.valueOf(this.name));
	}

	TableRegistration toRegistration() {
		return new TableRegistration(tableName(), this.ownerColumn, this.materialize, this.readOnlyColumns, relation());
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

}
