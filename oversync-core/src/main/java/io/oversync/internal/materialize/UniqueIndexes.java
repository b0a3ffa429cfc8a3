/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.materialize.UniqueIndex.UniqueColumn;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the unique indexes that moving values may violate from PostgreSQL's catalog. They
 * are read when values move, so that the application may change its indexes at any time.
 */
public final class UniqueIndexes {

	// leaves out columns whose change the database would pass on to rows of other tables
	private static final String INDEXES = """
			SELECT i.indexrelid, a.attname, NOT a.attnotnull AND NOT coalesce(y.typnotnull, false) AS nullable,
			       EXISTS (
			         SELECT FROM pg_catalog.pg_constraint k
			         WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey)) AS referring,
			       CASE WHEN a.atttypmod <> -1 THEN a.atttypmod ELSE y.typtypmod END AS modifier,
			       coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false' AS nulls_distinct
			FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
			JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
			JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
			CROSS JOIN LATERAL (
			  SELECT CASE
			    WHEN a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]) THEN 1
			    WHEN EXISTS (
			      SELECT FROM pg_catalog.pg_depend d
			      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
			        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
			        AND d.refobjsubid = a.attnum) THEN 2
			    WHEN EXISTS (
			      SELECT FROM pg_catalog.pg_attrdef f
			      JOIN pg_catalog.pg_attribute g ON g.attrelid = f.adrelid AND g.attnum = f.adnum
			      JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
			      WHERE f.adrelid = c.oid AND g.attgenerated <> '' AND g.attnum = ANY (i.indkey::int2[])
			        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
			        AND d.refobjsubid = a.attnum) THEN 3
			    END AS place) p
			WHERE s.nspname = ? AND c.relname = ? AND (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary
			  AND p.place IS NOT NULL
			  AND NOT EXISTS (
			    SELECT FROM pg_catalog.pg_constraint k
			    WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.confupdtype IN ('c', 'n', 'd')
			      AND a.attnum = ANY (k.confkey))
			ORDER BY i.indexrelid, p.place, a.attnum""";

	// tgtype 8: DELETE
	private static final String REPLACEABLE = """
			SELECT NOT EXISTS (
			    SELECT FROM pg_catalog.pg_constraint k
			    WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.confdeltype <> 'a')
			  AND NOT EXISTS (
			    SELECT FROM pg_catalog.pg_trigger t
			    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND (t.tgtype & 8) <> 0
			      AND t.tgname NOT LIKE 'oversync\\_capture\\_%')
			  AND NOT c.relhasrules AND NOT c.relispartition
			FROM pg_catalog.pg_class c
			JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
			WHERE s.nspname = ? AND c.relname = ?""";

	private static final String COLUMNS = """
			SELECT a.attname
			FROM pg_catalog.pg_attribute a
			JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
			JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
			WHERE s.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
			ORDER BY a.attnum""";

	private final JdbcTemplate jdbc;

	/**
	 * Creates the reader.
	 * @param dataSource the application's database
	 */
	public UniqueIndexes(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Reads the columns of the unique indexes of a table.
	 * @param table the table
	 * @return for each index the synced columns that its key or its condition depends on
	 */
	public List<List<String>> columnsOf(SyncedTable table) {
		return of(table).stream().map((index) -> index.columns().stream().map(UniqueColumn::name).toList()).toList();
	}

	/**
	 * Reads the unique indexes of a table.
	 * @param table the table
	 * @return possibly none
	 */
	List<UniqueIndex> of(SyncedTable table) {
		Map<Long, UniqueIndex> indexes = new LinkedHashMap<>();
		this.jdbc.query(INDEXES, (row) -> {
			boolean nullsDistinct = row.getBoolean("nulls_distinct");
			indexes
				.computeIfAbsent(row.getLong("indexrelid"), (oid) -> new UniqueIndex(new ArrayList<>(), nullsDistinct))
				.columns()
				.add(new UniqueColumn(row.getString("attname"), row.getBoolean("nullable"), row.getBoolean("referring"),
						row.getInt("modifier")));
		}, table.relation().schema(), table.relation().name());
		return List.copyOf(indexes.values());
	}

	/**
	 * Returns whether a row may be deleted and inserted again without an effect on other
	 * rows.
	 * @param table the table
	 * @return whether no foreign key with a delete rule refers to it, and no trigger or
	 * rule of the application sees deletes
	 */
	boolean isReplaceable(SyncedTable table) {
		return this.jdbc.queryForList(REPLACEABLE, Boolean.class, table.relation().schema(), table.relation().name())
			.equals(List.of(true));
	}

	/**
	 * Reads the columns of a table that can be inserted.
	 * @param table the table
	 * @return all but the generated ones
	 */
	List<String> storedColumns(SyncedTable table) {
		return this.jdbc.queryForList(COLUMNS, String.class, table.relation().schema(), table.relation().name());
	}

}
