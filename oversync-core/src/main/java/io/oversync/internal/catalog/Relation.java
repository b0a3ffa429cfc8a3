/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The relation behind a registered table.
 *
 * @param schema its schema, exactly as in the database
 * @param name its name, exactly as in the database
 * @param definition a text that changes whenever the relation's definition does, empty if
 * there is no such relation, null if it is not known
 */
public record Relation(String schema, String name, @Nullable String definition) {

	/**
	 * SQL of the {@code definition} of a relation {@code c} (of {@code pg_class}).
	 * <p>
	 * Whatever changes a column, a constraint or a foreign key in either direction (its
	 * triggers are on both tables) writes a row of these catalogs: later rows have later
	 * transaction numbers, so that number and sum together tell. VACUUM, ANALYZE and
	 * CREATE INDEX write in place. Domains are only looked at where there are some, in
	 * what was read before.
	 */
	static final String DEFINITION = """
			concat_ws(' ', c.oid, c.xmin,
			    (SELECT count(*) || '+' || sum(a.xmin::text::bigint) FROM pg_catalog.pg_attribute a
			      WHERE a.attrelid = c.oid AND a.attnum > 0),
			    (SELECT count(*) || '+' || sum(k.xmin::text::bigint) FROM pg_catalog.pg_constraint k
			      WHERE k.conrelid = c.oid),
			    (SELECT count(*) || '+' || sum(t.xmin::text::bigint) FROM pg_catalog.pg_trigger t
			      WHERE t.tgrelid = c.oid),
			    CASE WHEN right(%s, 1) = 'd' THEN
			      (SELECT sum(t.xmin::text::bigint) || 'd' FROM pg_catalog.pg_attribute a
			         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
			        WHERE a.attrelid = c.oid AND a.attnum > 0 AND t.typtype = 'd') END)""";

	/**
	 * Finds relations whose definition has changed. Parameters: arrays of schemas, names
	 * and known definitions. One column: the index of a changed relation, from 1 on.
	 */
	public static final String CHANGED = """
			SELECT k.number
			FROM unnest(?::text[], ?::text[], ?::text[]) WITH ORDINALITY AS k(schema_name, name, definition, number)
			LEFT JOIN LATERAL (
			  SELECT %s AS definition
			  FROM pg_catalog.pg_namespace n
			  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
			  WHERE n.nspname = k.schema_name::name AND c.relname = k.name::name
			  OFFSET 0) AS now ON true
			WHERE coalesce(now.definition, '') <> k.definition""".formatted(DEFINITION.formatted("k.definition"));

	/** There is no such relation. */
	static final String ABSENT = "";

	private static final Pattern QUALIFIED = Pattern
		.compile("\\s*(?:(\\w+|\"(?:[^\"]|\"\")+\")\\s*\\.)?\\s*(\\w+|\"(?:[^\"]|\"\")+\")\\s*");

	private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

	/**
	 * The relation of exactly the name that a table has in the protocol.
	 * @param table the table
	 * @return the relation
	 */
	public static Relation of(TableName table) {
		return new Relation(table.schema(), table.table(), null);
	}

	/**
	 * Reads a name as SQL does: what is not quoted is in lower case.
	 * @param text {@code schema.table}, or {@code table} for one of the schema
	 * {@code public}; each may be quoted
	 * @return the relation
	 * @throws IllegalArgumentException if that is no name, or one that the protocol
	 * cannot express
	 */
	public static Relation parse(String text) {
		Matcher matcher = QUALIFIED.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'" + text + "' is not the name of a table");
		}
		String schema = matcher.group(1);
		Relation relation = new Relation((schema != null) ? unquote(schema) : TableName.DEFAULT_SCHEMA,
				unquote(matcher.group(2)), null);
		relation.tableName();
		return relation;
	}

	private static String unquote(String identifier) {
		return identifier.startsWith("\"") ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
				: TableName.normalize(identifier);
	}

	/**
	 * Returns the name of the table in the protocol.
	 * @return in lower case
	 * @throws IllegalArgumentException if it has other characters than a-z, 0-9 and _
	 */
	public TableName tableName() {
		return new TableName(TableName.normalize(this.schema), TableName.normalize(this.name));
	}

	/**
	 * Writes the name as in SQL.
	 * @return quoted where necessary
	 */
	@Override
	public String toString() {
		return quoteIfNecessary(this.schema) + "." + quoteIfNecessary(this.name);
	}

	String quotedSchema() {
		return quoteIfNecessary(this.schema);
	}

	static String quoteIfNecessary(String identifier) {
		return PLAIN.matcher(identifier).matches() ? identifier : '"' + identifier.replace("\"", "\"\"") + '"';
	}

	Relation defined(String now) {
		return new Relation(this.schema, this.name, now);
	}

}
