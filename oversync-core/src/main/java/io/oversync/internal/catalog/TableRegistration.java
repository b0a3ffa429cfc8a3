/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Set;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A table as the application registered it for sync.
 *
 * @param name the table
 * @param ownerColumn the column that holds the owner's user id, null for none
 * @param materialize whether its rows are written to the business table
 * @param columns the columns that do not simply take what devices send
 * @param relation the relation of the database behind it
 * @param capture whether the application's own writes are wanted in the streams
 * @param wire how devices like to have values that no device wrote
 */
public record TableRegistration(TableName name, @Nullable String ownerColumn, boolean materialize, ColumnRoles columns,
		Relation relation, boolean capture, WireFormat wire) {

	/**
	 * Registers the relation of exactly the table's name.
	 * @param name the table
	 * @param ownerColumn the column that holds the owner's user id, null for none
	 * @param materialize whether its rows are written to the business table
	 * @param readOnlyColumns columns that uploads never write
	 */
	public TableRegistration(TableName name, @Nullable String ownerColumn, boolean materialize,
			Set<String> readOnlyColumns) {
		this(name, ownerColumn, materialize, readOnlyColumns, Relation.of(name));
	}

	/**
	 * Registers a table whose writes by the application are not captured, and whose
	 * devices have the default formats.
	 * @param name the table
	 * @param ownerColumn the column that holds the owner's user id, null for none
	 * @param materialize whether its rows are written to the business table
	 * @param readOnlyColumns columns that uploads never write
	 * @param relation the relation of the database behind it
	 */
	public TableRegistration(TableName name, @Nullable String ownerColumn, boolean materialize,
			Set<String> readOnlyColumns, Relation relation) {
		this(name, ownerColumn, materialize, ColumnRoles.readOnly(readOnlyColumns), relation, false,
				WireFormat.DEFAULT);
	}

	/**
	 * Returns whether the application's own writes reach the streams: rows without an
	 * owner belong to no stream.
	 * @return whether they are wanted, and the table has what that takes
	 */
	boolean isCaptured() {
		return this.capture && this.materialize && this.ownerColumn != null;
	}

	/**
	 * Sets whether the application's own writes are wanted in the streams.
	 * @param wanted whether they are
	 * @return the registration with that
	 */
	public TableRegistration withCapture(boolean wanted) {
		return new TableRegistration(this.name, this.ownerColumn, this.materialize, this.columns, this.relation, wanted,
				this.wire);
	}

	/**
	 * Sets the columns that do not simply take what devices send.
	 * @param roles the columns
	 * @return the registration with them
	 */
	public TableRegistration withColumns(ColumnRoles roles) {
		return new TableRegistration(this.name, this.ownerColumn, this.materialize, roles, this.relation, this.capture,
				this.wire);
	}

	/**
	 * Sets how devices like to have values that no device wrote.
	 * @param format the formats
	 * @return the registration with them
	 */
	public TableRegistration withWire(WireFormat format) {
		return new TableRegistration(this.name, this.ownerColumn, this.materialize, this.columns, this.relation,
				this.capture, format);
	}

	/**
	 * Names columns as the table does.
	 * @param names the columns of the table
	 * @return the same registration; columns that the table does not have are kept
	 */
	TableRegistration spelledLike(ColumnNames names) {
		return new TableRegistration(this.name, (this.ownerColumn != null) ? spelled(this.ownerColumn, names) : null,
				this.materialize, this.columns.rename((column) -> spelled(column, names)), this.relation, this.capture,
				this.wire.spelledLike(names));
	}

	private static String spelled(String column, ColumnNames names) {
		String found = names.find(column);
		return (found != null) ? found : column;
	}

}
