/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.DefinitionsChangedException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the definitions of tables in the database with those that the catalog was made
 * from. Within the transaction that wrote a table the result is exact: its lock keeps the
 * definition as it is.
 */
public final class Definitions {

	private final JdbcTemplate jdbc;

	/**
	 * Creates the comparison.
	 * @param dataSource the application's database
	 */
	public Definitions(DataSource dataSource) {
		this.jdbc = new JdbcTemplate(dataSource);
	}

	/**
	 * Requires that tables still match the catalog.
	 * @param tables the tables
	 * @throws DefinitionsChangedException if one is not
	 */
	public void require(Collection<SyncedTable> tables) {
		List<SyncedTable> known = known(tables);
		if (!known.isEmpty()) {
			execute(new StatementBatch(this.jdbc), known, null);
		}
	}

	/**
	 * Ends a savepoint in which tables were written, and requires that they still match
	 * the catalog.
	 * @param tables the tables
	 * @param checks adds what is carried out before the comparison
	 * @param release SQL behind it
	 * @throws DefinitionsChangedException if one is not
	 */
	public void requireAtEnd(Collection<SyncedTable> tables, Consumer<StatementBatch> checks, String release) {
		StatementBatch batch = new StatementBatch(this.jdbc);
		checks.accept(batch);
		execute(batch, known(tables), release);
	}

	/**
	 * Adds the comparison to statements that have written tables.
	 * @param batch takes the statement
	 * @param tables the tables
	 * @param changed receives the tables that no longer match the catalog
	 */
	public void addComparison(StatementBatch batch, Collection<SyncedTable> tables, Consumer<TableName> changed) {
		List<SyncedTable> known = known(tables);
		if (!known.isEmpty()) {
			add(batch, known, changed);
		}
	}

	private static List<SyncedTable> known(Collection<SyncedTable> tables) {
		return tables.stream().filter((table) -> table.relation().definition() != null).toList();
	}

	private static void execute(StatementBatch batch, List<SyncedTable> tables, @Nullable String release) {
		List<TableName> changed = new ArrayList<>();
		add(batch, tables, changed::add);
		if (release != null) {
			batch.add(release);
		}
		batch.execute();
		if (!changed.isEmpty()) {
			throw new DefinitionsChangedException(changed);
		}
	}

	private static void add(StatementBatch batch, List<SyncedTable> tables, Consumer<TableName> changed) {
		batch.add(Relation.CHANGED,
				(parameters) -> parameters.texts(tables, (table) -> table.relation().schema())
					.texts(tables, (table) -> table.relation().name())
					.texts(tables, (table) -> table.relation().definition()),
				(resultSet) -> changed.accept(tables.get(resultSet.getInt(1) - 1).name()));
	}

}
