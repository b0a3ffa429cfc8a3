/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.TableNumbering;
import io.oversync.protocol.TableName;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ids of tables in {@code sync.synced_table}. An id is given once and for all.
 */
public final class SyncedTableStore implements TableNumbering {

	/**
	 * In one order on every node, or two that start together could deadlock; and without
	 * using up an id on each start.
	 */
	private static final String INSERT = """
			insert into sync.synced_table (schema_name, table_name)
			select r.schema_name, r.table_name
			  from unnest(?::text[], ?::text[]) r (schema_name, table_name)
			 where not exists (select from sync.synced_table t
			                    where t.schema_name = r.schema_name and t.table_name = r.table_name)
			 order by r.schema_name, r.table_name
			    on conflict do nothing
			""";

	private static final String SELECT = """
			select t.table_id, t.schema_name, t.table_name
			  from sync.synced_table t
			  join unnest(?::text[], ?::text[]) r (schema_name, table_name)
			    on t.schema_name = r.schema_name and t.table_name = r.table_name
			""";

	private static final String NAMES = """
			SELECT table_id, schema_name, table_name FROM sync.synced_table WHERE table_id = ANY (?)""";

	private static final String UNDEFINED_TABLE = "42P01";

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String READ_ONLY = "25006";

	private final JdbcClient client;

	private final JdbcTemplate jdbc;

	/**
	 * Creates the store.
	 * @param dataSource the application's database
	 */
	public SyncedTableStore(DataSource dataSource) {
		this.client = JdbcClient.create(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
	}

	@Override
	public Map<TableName, Integer> register(List<TableName> tables) {
		String[] schemas = tables.stream().map(TableName::schema).toArray(String[]::new);
		String[] names = tables.stream().map(TableName::table).toArray(String[]::new);
		try {
			// first, since a standby can be read only
			Map<TableName, Integer> known = select(schemas, names);
			if (known.keySet().containsAll(tables)) {
				return known;
			}
			this.client.sql(INSERT).param(schemas).param(names).update();
			return select(schemas, names);
		}
		catch (DataAccessException ex) {
			throw translate(ex);
		}
	}

	/**
	 * Finds the names of tables, which need not be registered any more.
	 * @param ids their ids
	 * @return the name of each
	 */
	public Map<Integer, TableName> findNames(Collection<Integer> ids) {
		Map<Integer, TableName> names = new HashMap<>();
		this.jdbc.query(NAMES, Parameters.of((values) -> values.integers(ids, (id) -> id)), (resultSet) -> {
			names.put(resultSet.getInt(1), new TableName(resultSet.getString(2), resultSet.getString(3)));
		});
		return names;
	}

	private Map<TableName, Integer> select(String[] schemas, String[] names) {
		Map<TableName, Integer> ids = new HashMap<>();
		RowCallbackHandler collect = (row) -> ids
			.put(new TableName(row.getString("schema_name"), row.getString("table_name")), row.getInt("table_id"));
		this.client.sql(SELECT).param(schemas).param(names).query(collect);
		return ids;
	}

	private static RuntimeException translate(DataAccessException ex) {
		String state = (ex.getRootCause() instanceof SQLException sql) ? String.valueOf(sql.getSQLState()) : "";
		return switch (state) {
			case UNDEFINED_TABLE -> new OversyncStartupException(
					"The schema 'sync' is missing or is not Oversync's: there is no table sync.synced_table.",
					"Run io/oversync/store/sync-schema.sql (in the Oversync jar) with psql, or set"
							+ " oversync.schema.mode=migrate.",
					ex);
			case INSUFFICIENT_PRIVILEGE -> new OversyncStartupException(
					"The role of the application's DataSource may not use the tables of the schema 'sync'.",
					"Run: GRANT USAGE ON SCHEMA sync TO <role>; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN"
							+ " SCHEMA sync TO <role>; GRANT USAGE ON ALL SEQUENCES IN SCHEMA sync TO <role>;",
					ex);
			case READ_ONLY -> new OversyncStartupException(
					"The database is read-only (a standby, or default_transaction_read_only), and tables are registered"
							+ " that it does not know yet.",
					"Start the application once with the same oversync.registered-tables on the primary database.", ex);
			default -> ex;
		};
	}

}
