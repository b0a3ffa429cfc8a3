/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.util.List;
import java.util.Map;

import io.oversync.client.internal.database.SqlText;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;

/**
 * A synced table as it is in the database.
 *
 * @param no its number in the bookkeeping
 * @param name the declared name
 * @param serverSchema the server's schema
 * @param serverTable the server's table
 * @param key the key column
 * @param columns all columns that can be written, the key included
 * @param parents the tables that it refers to, in lower case
 * @param references the columns that refer to keys, in lower case, and to which table
 * @param uniques unique constraints beside the key
 * @param hasUniqueExpression whether rows can be replaced in ways that triggers cannot
 * foresee
 * @param hasConflictClause whether its constraints may have {@code ON CONFLICT} clauses
 * @param hasTriggers whether the application has triggers on it
 */
public record LocalTable(long no, String name, String serverSchema, String serverTable, LocalColumn key,
		List<LocalColumn> columns, List<String> parents, Map<String, String> references, List<Unique> uniques,
		boolean hasUniqueExpression, boolean hasConflictClause, boolean hasTriggers) {

	public String quoted() {
		return SqlText.name(this.name);
	}

	/**
	 * Returns what follows the verb of a statement that writes rows of the server: a
	 * clause of the table would remove other rows, or leave this one out, unnoticed. Only
	 * then, since the statement's clause also overrules those within triggers.
	 */
	public String orAbort() {
		return this.hasConflictClause ? " OR ABORT" : "";
	}

	public boolean hasBlobKey() {
		return this.key.kind() == LocalColumn.Kind.BLOB;
	}

	/**
	 * Returns the condition that a row's key is spelled as another one. The column's own
	 * collation, which finds the row, may take more spellings for the same.
	 * @param row the alias of the row
	 * @param other the other key; no index is used to find it
	 */
	public String isKey(String row, String other) {
		String key = row + "." + this.key.quoted();
		return key + " = +" + other + " AND " + key + " = +" + other + " COLLATE BINARY";
	}

	public @Nullable LocalColumn column(String member) {
		for (LocalColumn column : this.columns) {
			if (column.member().equals(member)) {
				return column;
			}
		}
		return null;
	}

	/** Returns a name for a step of a transaction that concerns a row. */
	public String step(String step, Object key, long version) {
		String uuid = UuidKeys.uuid(key);
		return step + " " + this.no + ":" + ((uuid != null) ? uuid : key) + "@" + version;
	}

	/**
	 * A unique constraint.
	 *
	 * @param columns its columns, in their order
	 */
	public record Unique(List<Part> columns) {

		/**
		 * A column of it.
		 *
		 * @param column the column
		 * @param collation the collation of the index
		 */
		public record Part(String column, String collation) {
		}

	}

}
