/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.Locale;

/**
 * Schema and name of a synced table, in the normal form of the protocol (§2): trimmed,
 * lower case, {@code ^[a-z0-9_]+$} each.
 *
 * @param schema the schema, {@code public} when the client named none
 * @param table the table
 */
public record TableName(String schema, String table) implements Comparable<TableName> {

	/** The schema of a table that was named without one. */
	public static final String DEFAULT_SCHEMA = "public";

	public TableName {
		if (!isIdentifier(schema) || !isIdentifier(table)) {
			throw new IllegalArgumentException("'" + schema + "." + table
					+ "' is not a table name: schema and table may contain a-z, 0-9 and _ only");
		}
	}

	/**
	 * Reads {@code schema.table}, or {@code table} for a table of the schema
	 * {@code public}.
	 * @param text the name, in any case, with or without white space around it
	 * @return the name in normal form
	 * @throws IllegalArgumentException if a part is no identifier
	 */
	public static TableName parse(String text) {
		int dot = text.indexOf('.');
		return (dot < 0) ? new TableName(DEFAULT_SCHEMA, normalize(text))
				: new TableName(normalize(text.substring(0, dot)), normalize(text.substring(dot + 1)));
	}

	/**
	 * Returns whether a name that is already in normal form may be used.
	 * @param name a schema or a table
	 * @return whether it consists of a-z, 0-9 and _
	 */
	public static boolean isIdentifier(String name) {
		for (int i = 0; i < name.length(); i++) {
			char character = name.charAt(i);
			if ((character < 'a' || character > 'z') && (character < '0' || character > '9') && character != '_') {
				return false;
			}
		}
		return !name.isEmpty();
	}

	/**
	 * Brings a schema or table name into normal form.
	 * @param name as the client or the configuration wrote it
	 * @return trimmed and in lower case
	 */
	public static String normalize(String name) {
		return name.trim().toLowerCase(Locale.ROOT);
	}

	@Override
	public int compareTo(TableName other) {
		int bySchema = this.schema.compareTo(other.schema);
		return (bySchema != 0) ? bySchema : this.table.compareTo(other.table);
	}

	@Override
	public String toString() {
		return this.schema + "." + this.table;
	}

}
