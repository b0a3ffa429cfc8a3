/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.Comparator;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The current state of the {@code sync} schema.
 *
 * @param schemaExists whether the schema exists
 * @param empty whether nothing is in it
 * @param historyExists whether it has the history of the library's migrations
 * @param mayCreate whether the role may create schemas
 * @param version the latest version that was applied, null for none
 */
record SchemaState(boolean schemaExists, boolean empty, boolean historyExists, boolean mayCreate,
		@Nullable SchemaVersion version) {

	private static final String LOOK = """
			select exists (select from pg_catalog.pg_namespace where nspname = :schema) as schema_exists,
			       not exists (select from pg_catalog.pg_class c
			                     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			                    where n.nspname = :schema) as empty,
			       exists (select from pg_catalog.pg_class c
			                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			                where n.nspname = :schema and c.relname = :history) as history_exists,
			       has_database_privilege(current_database(), 'create') as may_create
			""";

	private static final String VERSIONS = "select version from sync.schema_history where success and version is not null";

	/**
	 * Reads the state of the schema.
	 * @param dataSource the database
	 * @return the state
	 */
	static SchemaState read(DataSource dataSource) {
		JdbcClient client = JdbcClient.create(dataSource);
		SchemaState state = client.sql(LOOK)
			.param("schema", SchemaMigrator.SCHEMA)
			.param("history", SchemaMigrator.HISTORY_TABLE)
			.query((row, index) -> new SchemaState(row.getBoolean("schema_exists"), row.getBoolean("empty"),
					row.getBoolean("history_exists"), row.getBoolean("may_create"), null))
			.single();
		return state.historyExists() ? state.withVersion(client) : state;
	}

	private SchemaState withVersion(JdbcClient client) {
		SchemaVersion latest = client.sql(VERSIONS)
			.query(String.class)
			.list()
			.stream()
			.map(SchemaVersion::parse)
			.max(Comparator.naturalOrder())
			.orElse(null);
		return new SchemaState(this.schemaExists, this.empty, this.historyExists, this.mayCreate, latest);
	}

}
