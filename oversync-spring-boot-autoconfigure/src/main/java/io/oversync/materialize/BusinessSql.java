package io.oversync.materialize;

import java.util.List;
import java.util.StringJoiner;

import io.oversync.catalog.Column;
import io.oversync.catalog.DeleteRule;
import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;

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
	 * Parameters: the keys, one array a column, the user id when there is an owner
	 * column.
	 */
	static String upsert(SyncedTable table, List<Column> columns) {
		StringJoiner targets = new StringJoiner(", ");
		StringJoiner values = new StringJoiner(", ");
		StringJoiner updates = new StringJoiner(", ");
		targets.add(quote(table.keyColumn()));
		values.add("k.pk");
		for (int i = 0; i < columns.size(); i++) {
			String name = quote(columns.get(i).name());
			targets.add(name);
			values.add("k.c" + i + "::" + columns.get(i).type().sqlName());
			updates.add(name + " = excluded." + name);
		}
		if (table.ownerColumn() != null) {
			targets.add(quote(table.ownerColumn()));
			values.add("u.owner::" + table.ownerType());
		}
		if (columns.isEmpty()) {
			// something must be updated for RETURNING to answer
			updates.add(quote(table.keyColumn()) + " = excluded." + quote(table.keyColumn()));
		}
		String owner = (table.ownerColumn() != null) ? " CROSS JOIN (SELECT ?::text AS owner) AS u" : "";
		String owned = (table.ownerColumn() != null)
				? " WHERE t." + quote(table.ownerColumn()) + " = excluded." + quote(table.ownerColumn()) : "";
		return "INSERT INTO " + relation(table) + " AS t (" + targets + ") SELECT " + values + " FROM " + keys(columns)
				+ owner + " ON CONFLICT (" + quote(table.keyColumn()) + ") DO UPDATE SET " + updates + owned
				+ " RETURNING t." + quote(table.keyColumn());
	}

	/**
	 * Changes rows that exist, for payloads that could not make a new row. Parameters:
	 * the keys, one array a column, the user id when there is an owner column.
	 */
	static String update(SyncedTable table, List<Column> columns) {
		StringJoiner updates = new StringJoiner(", ");
		for (int i = 0; i < columns.size(); i++) {
			updates.add(quote(columns.get(i).name()) + " = k.c" + i + "::" + columns.get(i).type().sqlName());
		}
		return "UPDATE " + relation(table) + " AS t SET " + updates + " FROM " + keys(columns) + " WHERE t."
				+ quote(table.keyColumn()) + " = k.pk" + owned(table) + " RETURNING t." + quote(table.keyColumn());
	}

	private static String keys(List<Column> columns) {
		StringBuilder arrays = new StringBuilder("unnest(?::uuid[]");
		StringBuilder names = new StringBuilder("k(pk");
		for (int i = 0; i < columns.size(); i++) {
			arrays.append(", ?::text[]");
			names.append(", c").append(i);
		}
		return arrays + ") AS " + names + ")";
	}

	/**
	 * Deletes rows, but not such whose delete rules would reach rows of other users.
	 * Parameters: the keys, the user id when there is an owner column, those of
	 * {@link #reachesOthers}.
	 */
	static String delete(SyncedTable table, TableCatalog catalog) {
		return "DELETE FROM " + relation(table) + " AS t WHERE t." + quote(table.keyColumn()) + " = ANY (?::uuid[])"
				+ owned(table) + reachesOthers(table, catalog, " AND NOT ");
	}

	/**
	 * Parameters: the keys, the user id when there is an owner column, those of
	 * {@link #reachesOthers}.
	 */
	static String undeletable(SyncedTable table, TableCatalog catalog) {
		return "SELECT t." + quote(table.keyColumn()) + " FROM " + relation(table) + " AS t WHERE t."
				+ quote(table.keyColumn()) + " = ANY (?::uuid[])" + owned(table)
				+ reachesOthers(table, catalog, " AND ");
	}

	/** The foreign keys by which a delete changes rows of another table. */
	static List<ForeignKey> spreading(SyncedTable table, TableCatalog catalog) {
		return catalog.referencesTo(table.name())
			.stream()
			.filter((foreignKey) -> foreignKey.deleteRule() != DeleteRule.REFUSE
					&& catalog.get(foreignKey.child()).materialized())
			.toList();
	}

	/**
	 * Parameters, for each of {@link #spreading}: the user id when the child has an owner
	 * column, else the table id and the stream id.
	 */
	private static String reachesOthers(SyncedTable table, TableCatalog catalog, String prefix) {
		StringJoiner conditions = new StringJoiner(" OR ", prefix + "(", ")");
		conditions.setEmptyValue("");
		for (ForeignKey foreignKey : spreading(table, catalog)) {
			SyncedTable child = catalog.get(foreignKey.child());
			String children = "EXISTS (SELECT 1 FROM " + relation(child) + " AS c WHERE c." + quote(foreignKey.column())
					+ " = t." + quote(table.keyColumn());
			conditions.add(children + ((child.ownerColumn() != null)
					? " AND c." + quote(child.ownerColumn()) + "::text IS DISTINCT FROM ?)"
					: " AND EXISTS (SELECT 1 FROM sync.row_owner AS o WHERE o.table_id = ? AND o.pk = c."
							+ quote(child.keyColumn()) + " AND o.stream_id <> ?))"));
		}
		return conditions.toString();
	}

	/** Parameters: the keys, then those of {@link #mine}. */
	static String visible(SyncedTable table) {
		return "SELECT k.pk FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN LATERAL (SELECT 1 FROM " + relation(table)
				+ " AS t WHERE t." + quote(table.keyColumn()) + " = k.pk" + mine(table) + " LIMIT 1) AS t";
	}

	/** Parameters: the parents' keys, then those of {@link #mine}. */
	static String children(SyncedTable child, ForeignKey foreignKey) {
		return "SELECT k.pk, t.pk FROM unnest(?::uuid[]) AS k(pk) CROSS JOIN LATERAL (SELECT t."
				+ quote(child.keyColumn()) + " AS pk FROM " + relation(child) + " AS t WHERE t."
				+ quote(foreignKey.column()) + " = k.pk" + mine(child) + " OFFSET 0) AS t";
	}

	/**
	 * Parameters: the user id when there is an owner column, else the table id and the
	 * stream id.
	 */
	private static String mine(SyncedTable table) {
		return (table.ownerColumn() != null) ? owned(table)
				: " AND NOT EXISTS (SELECT 1 FROM sync.row_owner AS o WHERE o.table_id = ? AND o.pk = t."
						+ quote(table.keyColumn()) + " AND o.stream_id <> ?)";
	}

	private static String owned(SyncedTable table) {
		return (table.ownerColumn() != null) ? " AND t." + quote(table.ownerColumn()) + "::text = ?" : "";
	}

}
