/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The columns of a registered table that do not simply take what devices send.
 *
 * @param readOnly columns that uploads never write
 * @param computed columns that the database may fill or change while it writes a row:
 * devices get their values back
 * @param version a column that counts the updates of uploads, null for none
 */
public record ColumnRoles(Set<String> readOnly, Set<String> computed, @Nullable String version) {

	/** All columns take what devices send. */
	public static final ColumnRoles NONE = new ColumnRoles(Set.of(), Set.of(), null);

	public ColumnRoles {
		readOnly = Set.copyOf(readOnly);
		computed = Set.copyOf(computed);
	}

	/**
	 * Creates the roles of a table with columns that uploads never write.
	 * @param columns the columns
	 * @return roles without any other
	 */
	public static ColumnRoles readOnly(Set<String> columns) {
		return new ColumnRoles(columns, Set.of(), null);
	}

	/**
	 * Returns whether uploads leave a column alone.
	 * @param column its name
	 * @return whether no value of a device is written to it
	 */
	boolean isKept(String column) {
		return this.readOnly.contains(column) || column.equals(this.version);
	}

	ColumnRoles rename(UnaryOperator<String> names) {
		return new ColumnRoles(rename(this.readOnly, names), rename(this.computed, names),
				(this.version != null) ? names.apply(this.version) : null);
	}

	private static Set<String> rename(Set<String> columns, UnaryOperator<String> names) {
		return columns.stream().map(names).collect(Collectors.toSet());
	}

}
