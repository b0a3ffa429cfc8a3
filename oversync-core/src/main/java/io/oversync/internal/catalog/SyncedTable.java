/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A registered table with what the database's catalog says about it.
 *
 * @param id its id in {@code sync.synced_table}
 * @param name its name
 * @param materialized whether its rows are written to the business table; if not, the
 * business table need not exist and the members below may be empty
 * @param keyColumn the column of the primary key, of type uuid
 * @param ownerColumn the column that holds the owner's user id, null for none
 * @param ownerType the type of that column as it is written in a cast, {@code text}
 * without one
 * @param columns the columns that uploads write, in the order of the table
 * @param references its foreign keys to registered tables
 * @param checked whether the table has CHECK constraints
 * @param ownership what keeps the rows of different users apart
 * @param relation the relation that it is in the database
 * @param names matches members of payloads with its columns
 * @param problem why its rows cannot be written at the moment although they should be,
 * null when they can; the other members are then as they were before
 */
public record SyncedTable(int id, TableName name, boolean materialized, String keyColumn, @Nullable String ownerColumn,
		String ownerType, List<Column> columns, List<ForeignKey> references, boolean checked, Ownership ownership,
		Relation relation, ColumnNames names, @Nullable String problem) {

	public SyncedTable {
		columns = List.copyOf(columns);
		references = List.copyOf(references);
	}

	/**
	 * Creates a table from what is known without a database.
	 * @param id its id
	 * @param name its name
	 * @param materialized whether its rows are written
	 * @param keyColumn the column of the primary key
	 * @param ownerColumn the column of the owner, null for none
	 * @param ownerType the type of that column
	 * @param columns the columns that uploads write
	 * @param references its foreign keys
	 * @param checked whether it has CHECK constraints
	 */
	public SyncedTable(int id, TableName name, boolean materialized, String keyColumn, @Nullable String ownerColumn,
			String ownerType, List<Column> columns, List<ForeignKey> references, boolean checked) {
		this(id, name, materialized, keyColumn, ownerColumn, ownerType, columns, references, checked, Ownership.NONE,
				Relation.of(name), names(keyColumn, columns, references), null);
	}

	private static ColumnNames names(String keyColumn, List<Column> columns, List<ForeignKey> references) {
		Set<String> names = new HashSet<>(Set.of(keyColumn));
		columns.forEach((column) -> names.add(column.name()));
		references.forEach((reference) -> names.add(reference.column()));
		return ColumnNames.of(names);
	}

	/**
	 * Returns this table for the time in which it cannot be written: what is known of it
	 * still holds for its rows in the stream.
	 */
	SyncedTable withProblem(String definition, String reason) {
		return new SyncedTable(this.id, this.name, false, this.keyColumn, this.ownerColumn, this.ownerType,
				this.columns, this.references, this.checked, this.ownership, this.relation.defined(definition),
				this.names, reason);
	}

	SyncedTable withReferences(List<ForeignKey> foreignKeys) {
		return new SyncedTable(this.id, this.name, this.materialized, this.keyColumn, this.ownerColumn, this.ownerType,
				this.columns, foreignKeys, this.checked, this.ownership, this.relation, this.names, this.problem);
	}

	/**
	 * Tells whether a column takes its value from payloads.
	 * @param name the column
	 * @return false for the key, the owner, and generated, identity and read-only columns
	 */
	public boolean takesFromPayload(String name) {
		return !this.materialized || this.columns.stream().anyMatch((column) -> column.name().equals(name));
	}

}
