/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.Chunks;
import io.oversync.internal.store.Parameters;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the current keys of rows in the unique indexes of their tables. Values are
 * compared as text: values that are equal in the index may differ here, but never the
 * other way round.
 */
final class UniqueKeys {

	private static final String INDEXES = """
			SELECT i.indexrelid, pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
			       coalesce(to_jsonb(i) ->> 'indnullsnotdistinct', 'false') = 'false' AS nulls_distinct,
			       ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, n, false)
			             FROM generate_series(1, i.indnkeyatts) AS n) AS expressions
			FROM pg_catalog.pg_index i
			JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
			JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
			WHERE s.nspname = ? AND c.relname = ? AND i.indisunique AND NOT i.indisprimary""";

	private final JdbcTemplate jdbc;

	UniqueKeys(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Reads the keys of rows.
	 * @param steps writes of the rows
	 * @param sink receives each row with each of its keys
	 */
	void read(List<Step> steps, BiConsumer<RowKey, Key> sink) {
		Map<SyncedTable, List<UUID>> tables = new LinkedHashMap<>();
		for (Step step : steps) {
			if (step.handler() == null) {
				tables.computeIfAbsent(step.table(), (table) -> new ArrayList<>()).add(step.row().pk());
			}
		}
		tables.forEach((table, keys) -> {
			for (Query query : queries(table)) {
				for (List<UUID> chunk : Chunks.of(keys)) {
					this.jdbc.query(query.sql, Parameters.of((parameters) -> parameters.uuids(chunk, (key) -> key)),
							(row) -> {
								sink.accept(new RowKey(table.name(), row.getObject(1, UUID.class)),
										new Key(query.index, row.getLong(2)));
							});
				}
			}
		});
	}

	private List<Query> queries(SyncedTable table) {
		return this.jdbc.query(INDEXES, (row, number) -> {
			StringBuilder values = new StringBuilder();
			StringBuilder condition = new StringBuilder();
			for (Object expression : (Object[]) row.getArray("expressions").getArray()) {
				values.append((values.length() > 0) ? ", " : "").append("(").append(expression).append(")::text");
				if (row.getBoolean("nulls_distinct")) {
					condition.append(" AND (").append(expression).append(") IS NOT NULL");
				}
			}
			if (row.getString("predicate") != null) {
				condition.append(" AND (").append(row.getString("predicate")).append(")");
			}
			String key = "t." + BusinessSql.quote(table.keyColumn());
			return new Query(row.getLong("indexrelid"),
					"SELECT " + key + ", pg_catalog.hashtextextended(ARRAY[" + values + "]::text, 0) FROM "
							+ BusinessSql.relation(table) + " AS t WHERE " + key + " = ANY (?::uuid[])" + condition);
		}, table.relation().schema(), table.relation().name());
	}

	/**
	 * The key of a row in an index.
	 *
	 * @param index the index
	 * @param value a hash of its values
	 */
	record Key(long index, long value) implements Comparable<Key> {

		@Override
		public int compareTo(Key other) {
			int byIndex = Long.compare(this.index, other.index);
			return (byIndex != 0) ? byIndex : Long.compare(this.value, other.value);
		}

	}

	private record Query(long index, String sql) {
	}

}
