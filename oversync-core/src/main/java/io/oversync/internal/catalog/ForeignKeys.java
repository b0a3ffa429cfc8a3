/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.internal.catalog.CatalogQueries.ColumnRow;
import io.oversync.internal.catalog.CatalogQueries.ForeignKeyRow;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Separates the foreign keys that sync follows from those that it leaves to the database.
 */
final class ForeignKeys {

	/** A constant of type uuid, as PostgreSQL prints it, cast to a domain or not. */
	private static final Pattern CONSTANT = Pattern
		.compile("\\(?'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'::uuid\\)?(?:::[\\w.\"]+)?");

	private static final Log logger = LogFactory.getLog(ForeignKeys.class);

	private final Map<Long, FoundTable> tables;

	private final ColumnTypes types;

	ForeignKeys(Map<Long, FoundTable> tables, ColumnTypes types) {
		this.tables = tables;
		this.types = types;
	}

	/**
	 * Picks the foreign keys from one column to the key of a registered table. Logs the
	 * others.
	 * @param table a registered table
	 * @param rows all foreign keys of registered tables
	 * @return those of the table that sync follows
	 */
	List<ForeignKey> of(FoundTable table, List<ForeignKeyRow> rows) {
		Map<List<Object>, ForeignKey> found = new LinkedHashMap<>();
		for (ForeignKeyRow row : rows) {
			if (row.child() != table.row().oid()) {
				continue;
			}
			FoundTable parent = this.tables.get(row.parent());
			if (parent == null || row.columns().size() != 1 || parent.keyNumber() != row.parentColumns().get(0)) {
				logLeftAlone(table, row);
				continue;
			}
			ForeignKey foreignKey = foreignKey(table, row, parent);
			found.merge(List.of(foreignKey.column(), foreignKey.parent()), foreignKey, ForeignKeys::stricter);
		}
		return new ArrayList<>(found.values());
	}

	private ForeignKey foreignKey(FoundTable table, ForeignKeyRow row, FoundTable parent) {
		ColumnRow column = table.column(row.columns().get(0));
		UUID defaultKey = row.deleteType().equals("d") ? constant(column.defaultExpression()) : null;
		DeleteRule rule = switch (row.deleteType()) {
			case "c" -> DeleteRule.CASCADE;
			case "n" -> this.types.isNullable(column) ? DeleteRule.SET_NULL : DeleteRule.REFUSE;
			case "d" -> canSetDefault(column, defaultKey) ? DeleteRule.SET_DEFAULT : DeleteRule.REFUSE;
			default -> DeleteRule.REFUSE;
		};
		if (!parent.registration().materialize() && table.registration().materialize()) {
			logger.warn(("Table %s refers to %s, which is registered with materialize: false; its rows can only be"
					+ " written to the database when something else fills %2$s")
				.formatted(table.name(), parent.name()));
		}
		return new ForeignKey(table.name(), column.name(), parent.name(), rule, defaultKey);
	}

	/** A default that is computed differs each time: devices and table would differ. */
	private boolean canSetDefault(ColumnRow column, @Nullable UUID defaultKey) {
		if (defaultKey != null) {
			return true;
		}
		return !this.types.hasDefault(column) && !column.generated() && this.types.isNullable(column);
	}

	private static @Nullable UUID constant(@Nullable String expression) {
		if (expression == null) {
			return null;
		}
		Matcher matcher = CONSTANT.matcher(expression);
		return matcher.matches() ? UUID.fromString(matcher.group(1)) : null;
	}

	private static ForeignKey stricter(ForeignKey one, ForeignKey other) {
		return one.equals(other) ? one
				: new ForeignKey(one.child(), one.column(), one.parent(), DeleteRule.REFUSE, null);
	}

	private static void logLeftAlone(FoundTable table, ForeignKeyRow row) {
		// the parts of a foreign key that belong to partitions repeat what it says
		if (!row.inherited() && logger.isInfoEnabled()) {
			logger.info(("Foreign key %s from %s to %s is left to the database: sync follows foreign keys of one column"
					+ " to the primary key of a registered table only")
				.formatted(row.name(), table.name(), row.parentName()));
		}
	}

}
