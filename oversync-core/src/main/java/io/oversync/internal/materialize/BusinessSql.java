/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnType;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.stream.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Writes the statements on business tables. Names are quoted; values are parameters.
 */
final class BusinessSql {

	private BusinessSql() {
	}

	static String quote(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

	static String relation(SyncedTable table) {
		return quote(table.relation().schema()) + "." + quote(table.relation().name());
	}

	/**
	 * Inserts or updates rows, except those that would refer to rows of other users. A
	 * fresh row that exists nevertheless takes the defaults of all other columns.
	 * Parameters: the keys, one array a column, those of {@link OwnerSql#bind}, those of
	 * {@link #bindReturning}.
	 */
	static String upsert(SyncedTable table, List<Column> columns, boolean fresh, TableCatalog catalog) {
		boolean refersToItself = table.ownership()
			.references()
			.stream()
			.anyMatch((reference) -> reference.parent().equals(table.name()));
		if (!refersToItself) {
			return upsert(table, columns, fresh, catalog, keys(columns), "");
		}
		// all parents are looked up before the first row is written: PostgreSQL scans a
		// table that it takes for empty, and each look-up would read the rows before it;
		// the sum keeps it from taking the rows for sorted
		return upsert(table, columns, fresh, catalog, arrays(columns) + " WITH ORDINALITY" + names(columns, ", ord"),
				" ORDER BY k.ord + 0");
	}

	/**
	 * Writes one row as {@link #upsert} does. Its plan fits any values, so PostgreSQL
	 * keeps it; that of arrays is made each time, for as many rows as they have.
	 * Parameters: the key, each column, those of {@link OwnerSql#bind}.
	 */
	static String upsertOne(SyncedTable table, List<Column> columns, boolean fresh, TableCatalog catalog) {
		return upsert(table, columns, fresh, catalog,
				"(VALUES (?::uuid" + ", ?::text".repeat(columns.size()) + "))" + names(columns, ""), "");
	}

	private static String upsert(SyncedTable table, List<Column> columns, boolean fresh, TableCatalog catalog,
			String keys, String order) {
		StringJoiner targets = new StringJoiner(", ");
		StringJoiner values = new StringJoiner(", ");
		StringJoiner updates = new StringJoiner(", ");
		targets.add(quote(table.keyColumn()));
		values.add("k.pk");
		for (int i = 0; i < columns.size(); i++) {
			String name = quote(columns.get(i).name());
			targets.add(name);
			values.add(value(columns, i));
			updates.add(name + " = excluded." + name);
		}
		if (table.ownerColumn() != null) {
			targets.add(quote(table.ownerColumn()));
			values.add(OwnerSql.userAsOwner(table));
		}
		Column version = table.versionColumn();
		if (version != null) {
			targets.add(quote(version.name()));
			values.add("0");
			updates.add(counted(version));
		}
		if (fresh) {
			for (Column column : table.columns()) {
				if (!columns.contains(column)) {
					updates.add(quote(column.name()) + " = DEFAULT");
				}
			}
		}
		if (updates.length() == 0) {
			// something must be updated for RETURNING to answer
			updates.add(quote(table.keyColumn()) + " = excluded." + quote(table.keyColumn()));
		}
		String stray = new ReferenceSql(catalog).refersToOthers(table, written(table, columns), (column) -> null);
		String owned = (table.ownerColumn() != null)
				? " WHERE t." + quote(table.ownerColumn()) + " = excluded." + quote(table.ownerColumn()) : "";
		return "INSERT INTO " + relation(table) + " AS t (" + targets + ") SELECT " + values + " FROM " + keys
				+ " CROSS JOIN " + OwnerSql.USER + prefixed(" WHERE NOT ", stray) + order + " ON CONFLICT ("
				+ quote(table.keyColumn()) + ") DO UPDATE SET " + updates + owned + returning(table);
	}

	/**
	 * Changes rows that exist, for payloads that could not make a new row. Parameters:
	 * the keys, one array a column, those of {@link OwnerSql#bind}.
	 */
	static String update(SyncedTable table, List<Column> columns, TableCatalog catalog) {
		StringJoiner updates = new StringJoiner(", ");
		for (int i = 0; i < columns.size(); i++) {
			updates.add(quote(columns.get(i).name()) + " = " + value(columns, i));
		}
		if (table.versionColumn() != null) {
			updates.add(counted(table.versionColumn()));
		}
		return "UPDATE " + relation(table) + " AS t SET " + updates + " FROM " + keys(columns) + " CROSS JOIN "
				+ OwnerSql.USER + " WHERE t." + quote(table.keyColumn()) + " = k.pk" + owned(table)
				+ prefixed(" AND NOT ", refersToOthers(table, columns, catalog)) + returning(table);
	}

	/** What has read the row before will find that it was written. */
	private static String counted(Column version) {
		String name = quote(version.name());
		return name + " = coalesce(t." + name + ", 0) + 1";
	}

	/**
	 * The key of each row that was written, and whether it still is the user's: a trigger
	 * may have changed its owner. Parameters: {@link #bindReturning}.
	 */
	private static String returning(SyncedTable table) {
		String mine = (table.ownerColumn() != null)
				? "t." + quote(table.ownerColumn()) + " IS NOT DISTINCT FROM ?::text::" + table.ownerType() : "true";
		return " RETURNING t." + quote(table.keyColumn()) + ", " + mine;
	}

	static void bindReturning(Parameters parameters, SyncedTable table, Owner owner) throws SQLException {
		if (table.ownerColumn() != null) {
			parameters.text(owner.userId());
		}
	}

	/**
	 * Asks why rows were not written. Parameters: those of {@link #upsert}.
	 */
	static String unwritten(SyncedTable table, List<Column> columns, TableCatalog catalog) {
		String stray = refersToOthers(table, columns, catalog);
		return "SELECT k.pk, " + seen(table) + ", " + (stray.isEmpty() ? "false" : "(" + stray + ")")
				+ " AS stray FROM " + keys(columns) + " CROSS JOIN " + OwnerSql.USER + " LEFT JOIN " + relation(table)
				+ " AS t ON t." + quote(table.keyColumn()) + " = k.pk";
	}

	private static String refersToOthers(SyncedTable table, List<Column> columns, TableCatalog catalog) {
		return new ReferenceSql(catalog).refersToOthers(table, written(table, columns),
				(column) -> "t." + quote(column));
	}

	/** The state of the row {@code t} of a key. */
	private static String seen(SyncedTable table) {
		return "t." + quote(table.keyColumn()) + " IS NOT NULL AS found, coalesce(" + OwnerSql.isMine(table, "t")
				+ ", false) AS mine, row_security_active('" + relation(table).replace("'", "''")
				+ "'::regclass) AS row_security";
	}

	/** The expressions of the columns that a statement writes. */
	private static Function<String, @Nullable String> written(SyncedTable table, List<Column> columns) {
		Map<String, String> expressions = new HashMap<>();
		for (int i = 0; i < columns.size(); i++) {
			expressions.put(columns.get(i).name(), value(columns, i));
		}
		expressions.put(table.keyColumn(), "k.pk");
		if (table.ownerColumn() != null) {
			expressions.put(table.ownerColumn(), OwnerSql.userAsOwner(table));
		}
		return expressions::get;
	}

	private static String value(List<Column> columns, int index) {
		ColumnType type = columns.get(index).type();
		String text = "k.c" + index;
		String value = text + "::" + type.sqlName();
		if (type.exactName() == null) {
			return value;
		}
		// the assignment would round: an error that says so instead
		return "CASE WHEN " + text + " IS NULL OR " + value + " = " + text + "::" + type.exactName() + " THEN " + value
				+ " ELSE ('more precise than " + type.exactName() + ": ' || " + text + ")::" + type.sqlName() + " END";
	}

	private static String keys(List<Column> columns) {
		return arrays(columns) + names(columns, "");
	}

	private static String arrays(List<Column> columns) {
		return "unnest(?::uuid[]" + ", ?::text[]".repeat(columns.size()) + ")";
	}

	private static String names(List<Column> columns, String more) {
		StringBuilder names = new StringBuilder(" AS k(pk");
		for (int i = 0; i < columns.size(); i++) {
			names.append(", c").append(i);
		}
		return names + more + ")";
	}

	/**
	 * Locks rows before {@link #delete} looks at what refers to them: a row that refers
	 * to them by then is seen, and none can come after. Parameters: those of
	 * {@link OwnerSql#bind}, the keys.
	 * @return the statement, null if no delete rule changes other rows
	 */
	static @Nullable String lock(SyncedTable table, TableCatalog catalog) {
		// a role that may update no column may not lock
		if (table.columns().isEmpty() || new ReferenceSql(catalog).reachesOthers(table).isEmpty()) {
			return null;
		}
		return "SELECT FROM " + relation(table) + " AS t CROSS JOIN " + OwnerSql.USER + " WHERE t."
				+ quote(table.keyColumn()) + " = ANY (?::uuid[])" + owned(table) + " ORDER BY t."
				+ quote(table.keyColumn()) + " FOR UPDATE OF t";
	}

	/**
	 * Deletes rows, except those whose delete rules would reach rows of other users.
	 * Returns the keys of those that it deleted only where row-level security may hide
	 * the others: RETURNING cannot be combined with rules, and PostgreSQL's error for
	 * that makes connection pools close the connection. Parameters: those of
	 * {@link OwnerSql#bind}, the keys.
	 */
	static String delete(SyncedTable table, TableCatalog catalog) {
		return "DELETE FROM " + relation(table) + " AS t USING " + OwnerSql.USER + " WHERE t."
				+ quote(table.keyColumn()) + " = ANY (?::uuid[])" + owned(table)
				+ prefixed(" AND NOT ", new ReferenceSql(catalog).reachesOthers(table))
				+ (table.ownership().rowSecurity() ? " RETURNING t." + quote(table.keyColumn()) : "");
	}

	/**
	 * Asks why rows were not deleted. Parameters: the keys, those of
	 * {@link OwnerSql#bind}.
	 */
	static String undeleted(SyncedTable table, TableCatalog catalog) {
		String reaches = new ReferenceSql(catalog).reachesOthers(table);
		return "SELECT k.pk, " + seen(table) + ", " + (reaches.isEmpty() ? "false" : "(" + reaches + ")")
				+ " AS stray FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER + " LEFT JOIN "
				+ relation(table) + " AS t ON t." + quote(table.keyColumn()) + " = k.pk";
	}

	/** Parameters: the keys, those of {@link OwnerSql#bind}. */
	static String visible(SyncedTable table) {
		return "SELECT k.pk FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER
				+ " CROSS JOIN LATERAL (SELECT 1 FROM " + relation(table) + " AS t WHERE t." + quote(table.keyColumn())
				+ " = k.pk AND " + OwnerSql.isMine(table, "t") + " LIMIT 1) AS t";
	}

	/** Parameters: the parents' keys, those of {@link OwnerSql#bind}. */
	static String children(SyncedTable child, ForeignKey foreignKey) {
		return "SELECT k.pk, t.pk FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER
				+ " CROSS JOIN LATERAL (SELECT t." + quote(child.keyColumn()) + " AS pk FROM " + relation(child)
				+ " AS t WHERE t." + quote(foreignKey.column()) + " = k.pk AND " + OwnerSql.isMine(child, "t")
				+ " OFFSET 0) AS t";
	}

	/** Without an owner column, the claims determine a row's owner. */
	private static String owned(SyncedTable table) {
		return (table.ownerColumn() != null) ? " AND " + OwnerSql.isMine(table, "t") : "";
	}

	private static String prefixed(String prefix, String condition) {
		return condition.isEmpty() ? "" : prefix + "(" + condition + ")";
	}

}
