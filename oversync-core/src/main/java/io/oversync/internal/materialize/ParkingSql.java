/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.SyncedTable;

import static io.oversync.internal.materialize.BusinessSql.quote;

/**
 * Writes the statements that take unique values from rows which are about to get others.
 */
final class ParkingSql {

	private ParkingSql() {
	}

	/**
	 * Gives rows placeholders. Parameters: the keys, one array for each compared column,
	 * those of {@link OwnerSql#bind}.
	 * @param table the table
	 * @param assignments an expression for each column that gets a placeholder
	 * @param compared columns with new values: a row that has all of them already stays
	 * as it is; none for rows that are to be deleted
	 * @param first the number of the first row
	 */
	static String park(SyncedTable table, Map<Column, String> assignments, List<Column> compared, long first) {
		StringJoiner updates = new StringJoiner(", ");
		assignments.forEach((column, expression) -> updates.add(quote(column.name()) + " = " + expression));
		StringJoiner changed = new StringJoiner(" OR ", " AND (", ")");
		changed.setEmptyValue("");
		for (int i = 0; i < compared.size(); i++) {
			changed
				.add("t." + quote(compared.get(i).name()) + "::text IS DISTINCT FROM " + value(compared, i) + "::text");
		}
		return "UPDATE " + BusinessSql.relation(table) + " AS t SET " + updates + " FROM (SELECT r.*, r.ord + " + first
				+ " AS n FROM " + rows(compared, "WITH ORDINALITY AS r", ", ord") + ") AS k CROSS JOIN " + OwnerSql.USER
				+ " WHERE t." + quote(table.keyColumn()) + " = k.pk" + changed + " AND " + OwnerSql.isMine(table, "t")
				+ " RETURNING t." + quote(table.keyColumn());
	}

	/**
	 * Deletes rows and inserts them again with new values, in one statement: a foreign
	 * key that is checked at its end never misses them. Columns without a new value are
	 * kept. Parameters: the keys, those of {@link BusinessSql#mine}, the keys again, one
	 * array a column.
	 * @param table the table
	 * @param stored all its columns
	 * @param columns those with new values
	 */
	static String replace(SyncedTable table, Collection<String> stored, List<Column> columns) {
		StringJoiner targets = new StringJoiner(", ");
		StringJoiner values = new StringJoiner(", ");
		List<String> names = columns.stream().map(Column::name).toList();
		for (String column : stored) {
			targets.add(quote(column));
			int i = names.indexOf(column);
			values.add((i >= 0) ? value(columns, i) : "g." + quote(column));
		}
		// all rows go before the first one comes back
		return "WITH gone AS (DELETE FROM " + BusinessSql.relation(table) + " AS t USING " + OwnerSql.USER + " WHERE t."
				+ quote(table.keyColumn()) + " = ANY (?::uuid[]) AND " + OwnerSql.isMine(table, "t")
				+ " RETURNING t AS r), kept AS (SELECT array_agg(r) AS rows FROM gone) INSERT INTO "
				+ BusinessSql.relation(table) + " (" + targets + ") OVERRIDING SYSTEM VALUE SELECT " + values
				+ " FROM kept CROSS JOIN LATERAL unnest(kept.rows) AS g JOIN " + rows(columns, "AS k", "")
				+ " ON k.pk = g." + quote(table.keyColumn()) + " RETURNING " + quote(table.keyColumn());
	}

	private static String value(List<Column> columns, int index) {
		return "k.c" + index + "::" + columns.get(index).type().sqlName();
	}

	private static String rows(List<Column> columns, String alias, String more) {
		StringBuilder arrays = new StringBuilder("unnest(?::uuid[]");
		StringBuilder names = new StringBuilder("(pk");
		for (int i = 0; i < columns.size(); i++) {
			arrays.append(", ?::text[]");
			names.append(", c").append(i);
		}
		return arrays + ") " + alias + names + more + ")";
	}

}
