/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.support.SqliteValues;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of columns: a value that SQLite has filled in for a member that the
 * server's row lacks is no edit.
 */
public final class ColumnDefaults {

	private final Database database;

	private final Map<LocalColumn, Value> values = new HashMap<>();

	public ColumnDefaults(Database database) {
		this.database = database;
	}

	/** Returns those of the members whose columns hold just their default. */
	public Set<String> unset(LocalTable table, SyncRow row, Set<String> members) throws SQLException {
		if (members.isEmpty()) {
			return members;
		}
		Set<String> unset = new LinkedHashSet<>();
		for (String member : members) {
			LocalColumn column = table.column(member);
			if (column != null && SqliteValues.same(row.get(member), value(column))) {
				unset.add(member);
			}
		}
		return unset;
	}

	/** Returns the default of a column, null if it has none that is always the same. */
	public @Nullable Object value(LocalColumn column) throws SQLException {
		String expression = column.defaultExpression();
		if (expression == null) {
			return null;
		}
		Value value = this.values.get(column);
		if (value == null) {
			value = new Value(evaluate(expression));
			this.values.put(column, value);
		}
		return value.value;
	}

	/** A default that is computed is another one each time, and equals no value. */
	private @Nullable Object evaluate(String expression) {
		try {
			return this.database.first("SELECT " + expression, (row) -> {
				Object value = row.getObject(1);
				return (value instanceof Integer number) ? Long.valueOf(number) : value;
			});
		}
		catch (SQLException ex) {
			// such as a function that only the application's connections know
			return null;
		}
	}

	/** A default. */
	private record Value(@Nullable Object value) {
	}

}
