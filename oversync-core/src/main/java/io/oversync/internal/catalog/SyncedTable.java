/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A registered table with what the database's catalog says about it.
 *
 * @param id its id in {@code sync.synced_table}
 * @param name its name
 * @param relation the relation that it is in the database
 * @param materialized whether its rows are written to the business table; if not, the
 * business table need not exist and the structure may be empty
 * @param structure its columns and foreign keys
 * @param problem why its rows cannot be written at the moment although they should be,
 * null when they can; the other members are then as they were before
 * @param captured whether triggers note what the application itself writes to it
 * @param wire how devices like to have values that no device wrote, with columns spelled
 * as in the database
 */
public record SyncedTable(int id, TableName name, Relation relation, boolean materialized, TableStructure structure,
		@Nullable String problem, boolean captured, WireFormat wire) {

	/**
	 * A table whose writes by the application are not captured.
	 */
	public SyncedTable(int id, TableName name, Relation relation, boolean materialized, TableStructure structure,
			@Nullable String problem) {
		this(id, name, relation, materialized, structure, problem, false, WireFormat.DEFAULT);
	}

	/**
	 * Returns this table for the time in which it cannot be written: what is known of it
	 * still holds for its rows in the stream.
	 */
	SyncedTable withProblem(String definition, String reason) {
		return new SyncedTable(this.id, this.name, this.relation.defined(definition), false, this.structure, reason,
				this.captured, this.wire);
	}

	SyncedTable withReferences(List<ForeignKey> foreignKeys) {
		return new SyncedTable(this.id, this.name, this.relation, this.materialized,
				this.structure.withReferences(foreignKeys), this.problem, this.captured, this.wire);
	}

	/**
	 * Returns the column of the primary key.
	 * @return its name, of a column of type uuid
	 */
	public String keyColumn() {
		return this.structure.identity().key();
	}

	/**
	 * Returns the column that holds the owner's user id.
	 * @return its name, null for none
	 */
	public @Nullable String ownerColumn() {
		return this.structure.identity().owner();
	}

	/**
	 * Returns the type of the owner column.
	 * @return the type as it is written in a cast, {@code text} without an owner column
	 */
	public String ownerType() {
		return this.structure.identity().ownerType();
	}

	/**
	 * Returns the columns that uploads write.
	 * @return the columns in the order of the table
	 */
	public List<Column> columns() {
		return this.structure.columns().written();
	}

	/**
	 * Returns the columns that an after-image of the application's writes can have.
	 * @return those that uploads write, then those that only the database computes
	 */
	public List<Column> shownColumns() {
		return this.structure.columns().shown();
	}

	/**
	 * Returns the columns that the database may fill or change while it writes a row.
	 * @return columns whose values devices get back, possibly none
	 */
	public List<Column> computedColumns() {
		return this.structure.columns().computed();
	}

	/**
	 * Returns the column that counts the updates of uploads.
	 * @return a column of an integer type, null for none
	 */
	public @Nullable Column versionColumn() {
		return this.structure.columns().version();
	}

	/**
	 * Returns the foreign keys to registered tables.
	 * @return possibly none
	 */
	public List<ForeignKey> references() {
		return this.structure.references();
	}

	/**
	 * Returns whether the table has CHECK constraints.
	 * @return whether it has one
	 */
	public boolean checked() {
		return this.structure.checked();
	}

	/**
	 * Returns what keeps the rows of different users apart.
	 * @return the rules
	 */
	public Ownership ownership() {
		return this.structure.ownership();
	}

	/**
	 * Returns what matches members of payloads with columns.
	 * @return the names
	 */
	public ColumnNames names() {
		return this.structure.names();
	}

	/**
	 * Returns whether a column takes its value from payloads.
	 * @param name the column
	 * @return false for the key, the owner, and generated, identity and read-only columns
	 */
	public boolean takesFromPayload(String name) {
		return !this.materialized || columns().stream().anyMatch((column) -> column.name().equals(name));
	}

}
