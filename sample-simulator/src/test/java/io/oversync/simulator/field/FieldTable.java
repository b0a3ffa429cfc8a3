/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.util.List;
import java.util.Locale;

/**
 * A table of an application in the field: fewer columns than the server has, and foreign
 * keys that SQLite checks at once.
 */
enum FieldTable {

	USERS("owner_id", List.of("name", "email"), ""),

	POSTS("owner_id", List.of("title", "content", "author_id"), "author_id REFERENCES users (id)"),

	CATEGORIES("owner_id", List.of("name", "parent_id"), "parent_id REFERENCES categories (id)"),

	PERSON("owner_user_id", List.of("first_name", "last_name", "email"), ""),

	COMMENT("owner_user_id", List.of("comment", "person_id"),
			"person_id NOT NULL REFERENCES person (id) ON DELETE CASCADE");

	private final String owner;

	private final List<String> columns;

	private final String reference;

	FieldTable(String owner, List<String> columns, String reference) {
		this.owner = owner;
		this.columns = columns;
		this.reference = reference;
	}

	String sqlName() {
		return name().toLowerCase(Locale.ROOT);
	}

	String ddl() {
		StringBuilder ddl = new StringBuilder("CREATE TABLE " + sqlName() + " (id TEXT PRIMARY KEY");
		for (String column : this.columns) {
			ddl.append(", ");
			ddl.append(this.reference.startsWith(column + " ") ? this.reference.replaceFirst(" ", " TEXT ")
					: column + " TEXT NOT NULL");
		}
		return ddl + ")";
	}

	/** Returns an expression for the after-image of a row in a trigger. */
	String image(String row) {
		StringBuilder image = new StringBuilder("json_object('id', " + row + ".id");
		this.columns.forEach((column) -> image.append(", '%s', %s.%s".formatted(column, row, column)));
		return image + ")";
	}

	/** Returns a query for all rows as texts, that SQLite and PostgreSQL understand. */
	String rowTexts() {
		StringBuilder text = new StringBuilder("SELECT '" + sqlName() + " ' || id");
		this.columns.forEach((column) -> text.append(" || ' ' || coalesce(cast(" + column + " AS text), '-')"));
		return text + " FROM ";
	}

	/** Returns a query for the rows of a user on the server, as {@link #rowTexts()}. */
	String serverRowTexts() {
		return rowTexts() + "business." + sqlName() + " WHERE " + this.owner + " = ?";
	}

}
