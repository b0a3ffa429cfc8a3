/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

import io.oversync.internal.catalog.DeleteRule;
import io.oversync.internal.catalog.OwnedReference.Part;
import io.oversync.internal.catalog.OwnedReference;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on foreign keys that lead to rows of other users, in either direction.
 * {@code OFFSET 0} keeps PostgreSQL from turning a look-up into a join, which might scan
 * the other table.
 */
final class ReferenceSql {

	private static final int LEVELS = 3;

	private final TableCatalog catalog;

	ReferenceSql(TableCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * A row that would refer to a row of another user. A parent that does not exist is
	 * none: it may be in the same statement.
	 * @param table the child
	 * @param value the expression of a column that the statement writes, null for any
	 * other column
	 * @param rest the expression of any other column, null when there is none yet
	 * @return the condition, empty if it can never hold
	 */
	String refersToOthers(SyncedTable table, Function<String, @Nullable String> value,
			Function<String, @Nullable String> rest) {
		StringJoiner conditions = new StringJoiner(" OR ");
		for (OwnedReference reference : table.ownership().references()) {
			List<String> columns = reference.parts().stream().map(Part::column).toList();
			boolean written = columns.stream().anyMatch((column) -> value.apply(column) != null);
			List<String> values = new ArrayList<>();
			for (String column : columns) {
				String expression = (value.apply(column) != null) ? value.apply(column) : rest.apply(column);
				if (expression != null) {
					values.add(expression);
				}
			}
			if (written && values.size() == columns.size()) {
				conditions.add(isAnothers(reference, values));
			}
		}
		return conditions.toString();
	}

	/** Whether these values refer to another user's row. */
	private String isAnothers(OwnedReference reference, List<String> values) {
		SyncedTable parent = this.catalog.get(reference.parent());
		boolean byKey = reference.parts().size() == 1
				&& reference.parts().get(0).parentColumn().equals(parent.keyColumn());
		if (byKey && parent.ownerColumn() == null) {
			return OwnerSql.isClaimedByAnother(parent, values.get(0));
		}
		return "EXISTS (" + parentRow(reference, values) + " AND " + OwnerSql.isAnothers(parent, "p") + " OFFSET 0)";
	}

	private String parentRow(OwnedReference reference, List<String> values) {
		StringJoiner matches = new StringJoiner(" AND ");
		for (int i = 0; i < values.size(); i++) {
			matches.add(matches(reference.parts().get(i), "p", values.get(i)));
		}
		return "SELECT 1 FROM " + BusinessSql.relation(this.catalog.get(reference.parent())) + " AS p WHERE " + matches;
	}

	/** Compares as the foreign key does: by the collation of the parent's column. */
	private static String matches(Part part, String parent, String value) {
		String collated = (part.collation() != null) ? value + " COLLATE " + part.collation() : value;
		return parent + "." + BusinessSql.quote(part.parentColumn()) + " = " + collated;
	}

	/**
	 * Finds a row whose parents are not all there to be seen and free of other owners: to
	 * be asked once the foreign keys hold, and with the parents locked by that. What
	 * row-level security hides may be another user's. Parameters: the keys, those of
	 * {@link OwnerSql#bind}.
	 * @param table a table with references
	 * @param answer the expression to select, in which {@code c} is the row
	 * @return a query for one row at most
	 */
	String strayRow(SyncedTable table, String answer) {
		StringJoiner conditions = new StringJoiner(" OR ");
		for (OwnedReference reference : table.ownership().references()) {
			StringJoiner condition = new StringJoiner(" AND ", "(", ")");
			List<String> values = new ArrayList<>();
			for (Part part : reference.parts()) {
				String column = column("c", part);
				values.add(column);
				condition.add(column + " IS NOT NULL");
			}
			SyncedTable parent = this.catalog.get(reference.parent());
			condition.add("NOT EXISTS (" + parentRow(reference, values) + " AND (" + OwnerSql.isAnothers(parent, "p")
					+ ") IS NOT TRUE OFFSET 0)");
			conditions.add(condition.toString());
		}
		return "SELECT " + answer + " FROM (SELECT c.* FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN " + OwnerSql.USER
				+ " CROSS JOIN LATERAL (SELECT c." + BusinessSql.quote(table.keyColumn()) + " AS pk FROM "
				+ BusinessSql.relation(table) + " AS c WHERE c." + BusinessSql.quote(table.keyColumn())
				+ " = k.pk AND (" + conditions + ") OFFSET 0) AS c LIMIT 1) AS c";
	}

	/**
	 * A row {@code t} whose delete would change a row that is not the user's, or make one
	 * of the user's refer to another user's: by a delete rule, also of a row that is
	 * deleted by one. Looks {@value #LEVELS} levels deep; below that are only rows whose
	 * own deletes were refused, since children are deleted first.
	 * @param table the table of the row
	 * @return the condition, empty if it can never hold
	 */
	String reachesOthers(SyncedTable table) {
		return reachesOthers(table, "t", 1);
	}

	private String reachesOthers(SyncedTable table, String row, int level) {
		StringJoiner conditions = new StringJoiner(" OR ");
		for (SyncedTable child : this.catalog.tables()) {
			for (OwnedReference reference : child.ownership().references()) {
				if (reference.parent().equals(table.name()) && reference.deleteRule() != DeleteRule.REFUSE) {
					conditions.add(reachesOthers(reference, child, row, level));
				}
			}
		}
		return conditions.toString();
	}

	private String reachesOthers(OwnedReference reference, SyncedTable child, String row, int level) {
		String alias = "c" + level;
		StringJoiner refers = new StringJoiner(" AND ");
		for (Part part : reference.parts()) {
			refers.add(matches(part, row, column(alias, part)));
		}
		StringJoiner reached = new StringJoiner(" OR ");
		reached.add(OwnerSql.isNotMine(child, alias));
		if (reference.deleteRule() == DeleteRule.SET_DEFAULT) {
			defaultIsAnothers(reference, alias, reached);
		}
		if (reference.deleteRule() == DeleteRule.CASCADE && level < LEVELS) {
			String further = reachesOthers(child, alias, level + 1);
			if (!further.isEmpty()) {
				reached.add(further);
			}
		}
		return "EXISTS (SELECT 1 FROM " + BusinessSql.relation(child) + " AS " + alias + " WHERE " + refers + " AND ("
				+ reached + ") OFFSET 0)";
	}

	private void defaultIsAnothers(OwnedReference reference, String child, StringJoiner conditions) {
		List<String> values = new ArrayList<>();
		for (Part part : reference.parts()) {
			if (!part.kept() && part.defaultValue() == null) {
				return;
			}
			values.add(part.kept() ? column(child, part) : "(" + part.defaultValue() + ")");
		}
		conditions.add(isAnothers(reference, values));
	}

	private static String column(String row, Part part) {
		return row + "." + BusinessSql.quote(part.column());
	}

}
