/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import javax.sql.DataSource;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the foreign keys between registered tables deferrable, or logs those that are
 * not.
 */
public final class ForeignKeyDeferral {

	private static final String NOT_DEFERRABLE = """
			with registered as (
			    select c.oid
			      from unnest(?::name[], ?::name[]) r (schema_name, table_name)
			      join pg_catalog.pg_namespace n on n.nspname = r.schema_name
			      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = r.table_name
			)
			select format('%I.%I', n.nspname, c.relname) as child, format('%I', k.conname) as name
			  from pg_catalog.pg_constraint k
			  join pg_catalog.pg_class c on c.oid = k.conrelid
			  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			 where k.contype = 'f' and not k.condeferrable and k.conparentid = 0
			   and k.conrelid in (select oid from registered) and k.confrelid in (select oid from registered)
			 order by 1, 2
			""";

	/**
	 * ALTER TABLE waits for the table's readers, and all later statements wait behind it.
	 */
	private static final String LOCK_TIMEOUT = "set local lock_timeout = '5s'";

	private static final Log logger = LogFactory.getLog(ForeignKeyDeferral.class);

	private final JdbcClient client;

	private final TransactionTemplate transaction;

	/**
	 * Creates it.
	 * @param dataSource the application's database
	 */
	public ForeignKeyDeferral(DataSource dataSource) {
		this.client = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	/**
	 * Alters the foreign keys between these tables that are not deferrable to
	 * {@code DEFERRABLE INITIALLY DEFERRED}, or names them in the log.
	 * @param registrations the registered tables
	 * @param alter whether they are altered
	 * @throws OversyncStartupException if they cannot be altered
	 */
	public void apply(List<TableRegistration> registrations, boolean alter) {
		List<Constraint> constraints = find(registrations);
		if (constraints.isEmpty()) {
			return;
		}
		if (!alter) {
			logger.info(
					("Foreign keys between registered tables are not deferrable: %s. Rows that refer to each other in a"
							+ " cycle cannot be written; oversync.foreign-keys.make-deferrable=true alters these keys to"
							+ " DEFERRABLE INITIALLY DEFERRED")
						.formatted(constraints));
			return;
		}
		try {
			this.transaction.executeWithoutResult((status) -> alter(constraints));
		}
		catch (DataAccessException ex) {
			throw new OversyncStartupException(
					"The foreign keys %s cannot be made deferrable (oversync.foreign-keys.make-deferrable=true): %s."
						.formatted(constraints, ex.getMostSpecificCause().getMessage()),
					"The role of the DataSource has to own the tables, and no long transaction may hold them. Or alter the"
							+ " foreign keys in a migration: ALTER TABLE … ALTER CONSTRAINT … DEFERRABLE INITIALLY DEFERRED.",
					ex);
		}
	}

	private List<Constraint> find(List<TableRegistration> registrations) {
		List<Relation> relations = registrations.stream().map(TableRegistration::relation).toList();
		return this.client.sql(NOT_DEFERRABLE)
			.param(relations.stream().map(Relation::schema).toArray(String[]::new))
			.param(relations.stream().map(Relation::name).toArray(String[]::new))
			.query((row, index) -> new Constraint(row.getString("child"), row.getString("name")))
			.list();
	}

	private void alter(List<Constraint> constraints) {
		this.client.sql(LOCK_TIMEOUT).update();
		for (Constraint constraint : constraints) {
			this.client
				.sql("alter table %s alter constraint %s deferrable initially deferred".formatted(constraint.table(),
						constraint.name()))
				.update();
			logger.info("Foreign key %s is deferrable now".formatted(constraint));
		}
	}

	/** A foreign key, its names quoted where necessary. */
	private record Constraint(String table, String name) {

		@Override
		public String toString() {
			return this.name + " of " + this.table;
		}

	}

}
