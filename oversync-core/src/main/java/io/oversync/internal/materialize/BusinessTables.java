/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.Chunks;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.stream.Owner;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Looks up the rows of the business tables that a user may see: those that the owner
 * column gives to the user or, without one, those that no other user claimed.
 */
public final class BusinessTables {

	private final TableCatalog catalog;

	private final JdbcTemplate jdbc;

	/**
	 * Creates the look-up.
	 * @param dataSource the application's database
	 * @param catalog the registered tables
	 */
	public BusinessTables(DataSource dataSource, TableCatalog catalog) {
		this.jdbc = new JdbcTemplate(dataSource);
		this.catalog = catalog;
	}

	/**
	 * Finds rows by their keys.
	 * @param table a materialised table
	 * @param owner the user
	 * @param keys keys of rows
	 * @return the keys of those that the user may see
	 */
	public Set<UUID> findVisible(SyncedTable table, Owner owner, Collection<UUID> keys) {
		Set<UUID> visible = new HashSet<>();
		for (List<UUID> chunk : Chunks.of(keys)) {
			this.jdbc.query(BusinessSql.visible(table), Parameters.of((parameters) -> {
				parameters.uuids(chunk, (key) -> key);
				OwnerSql.bind(parameters, owner);
			}), (resultSet) -> {
				visible.add(resultSet.getObject(1, UUID.class));
			});
		}
		return visible;
	}

	/**
	 * Finds the user's rows that refer to other rows.
	 * @param foreignKey the foreign key, of a materialised table
	 * @param owner the user
	 * @param parents keys of the rows that are referred to
	 * @param sink receives each pair of parent and child
	 */
	public void findChildren(ForeignKey foreignKey, Owner owner, Collection<UUID> parents,
			BiConsumer<UUID, UUID> sink) {
		SyncedTable child = this.catalog.get(foreignKey.child());
		for (List<UUID> chunk : Chunks.of(parents)) {
			this.jdbc.query(BusinessSql.children(child, foreignKey), Parameters.of((parameters) -> {
				parameters.uuids(chunk, (key) -> key);
				OwnerSql.bind(parameters, owner);
			}), (resultSet) -> {
				sink.accept(resultSet.getObject(1, UUID.class), resultSet.getObject(2, UUID.class));
			});
		}
	}

}
