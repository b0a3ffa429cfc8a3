/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.oversync.internal.store.Parameters;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The names of the tables and sources of one page, which are few: each is looked up once,
 * instead of being sent with every row.
 */
final class Names {

	private static final String TABLES = "SELECT table_id, schema_name, table_name FROM sync.synced_table WHERE table_id = ANY (?)";

	private static final String SOURCES = "SELECT source_no, source_id FROM sync.source WHERE stream_id = ? AND source_no = ANY (?)";

	private final JdbcTemplate jdbc;

	private final Map<Integer, TableName> registered;

	/** Those that are no longer registered. */
	private final Map<Integer, TableName> others = new HashMap<>();

	private final Map<Integer, String> sources = new HashMap<>();

	/**
	 * Creates it.
	 * @param jdbc the application's database
	 * @param registered the tables that are known already
	 */
	Names(JdbcTemplate jdbc, Map<Integer, TableName> registered) {
		this.jdbc = jdbc;
		this.registered = registered;
	}

	void addSource(int sourceNo, String sourceId) {
		this.sources.put(sourceNo, sourceId);
	}

	/**
	 * Looks up the names that are missing.
	 * @param streamId the stream
	 * @param rows rows of it
	 */
	void complete(long streamId, List<ChangeRow> rows) {
		Set<Integer> unknownTables = missing(rows, ChangeRow::tableId, this.registered, this.others);
		if (!unknownTables.isEmpty()) {
			this.jdbc.query(TABLES, Parameters.of((values) -> values.integers(unknownTables, (id) -> id)),
					(resultSet) -> {
						this.others.put(resultSet.getInt(1),
								new TableName(resultSet.getString(2), resultSet.getString(3)));
					});
		}
		Set<Integer> unknownSources = missing(rows, ChangeRow::sourceNo, this.sources, Map.of());
		if (!unknownSources.isEmpty()) {
			this.jdbc.query(SOURCES,
					Parameters.of((values) -> values.number(streamId).integers(unknownSources, (no) -> no)),
					(resultSet) -> {
						addSource(resultSet.getInt(1), resultSet.getString(2));
					});
		}
	}

	private static <K> Set<K> missing(List<ChangeRow> rows, Function<ChangeRow, K> key, Map<K, ?> known,
			Map<K, ?> more) {
		Set<K> missing = new LinkedHashSet<>();
		for (ChangeRow row : rows) {
			if (!known.containsKey(key.apply(row)) && !more.containsKey(key.apply(row))) {
				missing.add(key.apply(row));
			}
		}
		return missing;
	}

	TableName table(int tableId) {
		TableName name = this.registered.get(tableId);
		return (name != null) ? name : require(this.others.get(tableId), "table");
	}

	String source(int sourceNo) {
		return require(this.sources.get(sourceNo), "source");
	}

	private static <T> T require(@Nullable T name, String what) {
		if (name == null) {
			throw new IllegalStateException("A change of the stream has a " + what + " without a name");
		}
		return name;
	}

}
