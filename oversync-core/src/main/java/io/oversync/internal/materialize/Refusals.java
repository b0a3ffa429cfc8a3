/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessWriter.ValuedRow;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.stream.Owner;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * Explains why a statement left rows unchanged without an error. Used only if there are
 * such rows. The answers reveal no more about other users than that a key is taken.
 */
final class Refusals {

	static final String NOT_YOURS = "The key of this row is not available to this user in the table";

	static final String REFERS_TO_OTHERS = "A foreign key of this row leads to a row that is not available to this user";

	static final String GIVEN_AWAY = "A trigger of the table would give this row to another user";

	private static final String REACHES_OTHERS = "Rows that do not belong to this user refer to this row";

	private static final String SWALLOWED = "A trigger or rule of the table kept this row from being ";

	private static final String ROW_SECURITY = "Row-level security of the table, or a trigger, kept this row from being ";

	private static final String HIDDEN = "The row was not found to be deleted: it is gone, or row-level security of the"
			+ " table hides it from the role of the DataSource";

	private final JdbcTemplate jdbc;

	private final TableCatalog catalog;

	Refusals(JdbcTemplate jdbc, TableCatalog catalog) {
		this.jdbc = jdbc;
		this.catalog = catalog;
	}

	/**
	 * Explains rows that an insert or update left unchanged.
	 * @param table their table
	 * @param columns the columns that were to be written
	 * @param rows the rows
	 * @param owner the user
	 * @param inserted whether rows that do not exist were to be inserted
	 * @return the reason for each row; without those that do not exist and were not to be
	 * inserted
	 */
	Map<UUID, String> ofUpserts(SyncedTable table, List<Column> columns, List<ValuedRow> rows, Owner owner,
			boolean inserted) {
		Map<UUID, String> reasons = new HashMap<>();
		RowCallbackHandler collect = (row) -> {
			Seen seen = Seen.of(row);
			if (seen.stray) {
				reasons.put(seen.pk, REFERS_TO_OTHERS);
			}
			else if (seen.found && !seen.mine) {
				reasons.put(seen.pk, NOT_YOURS);
			}
			else if (seen.found || inserted) {
				reasons.put(seen.pk, (seen.rowSecurity ? ROW_SECURITY : SWALLOWED) + "written");
			}
		};
		if (!rows.isEmpty()) {
			this.jdbc.query(BusinessSql.unwritten(table, columns, this.catalog),
					Parameters.of((parameters) -> BusinessWriter.bind(parameters, columns, rows, owner)), collect);
		}
		return reasons;
	}

	/**
	 * Explains rows that a delete left in place.
	 * @param table their table
	 * @param keys their keys
	 * @param owner the user
	 * @return the reason for each row that is still there, or may be; nothing is wrong
	 * with the others
	 */
	Map<UUID, String> ofDeletes(SyncedTable table, Collection<UUID> keys, Owner owner) {
		Map<UUID, String> reasons = new HashMap<>();
		RowCallbackHandler collect = (row) -> {
			Seen seen = Seen.of(row);
			if (seen.mine) {
				String kept = (seen.rowSecurity ? ROW_SECURITY : SWALLOWED) + "deleted";
				reasons.put(seen.pk, seen.stray ? REACHES_OTHERS : kept);
			}
			else if (!seen.found && seen.rowSecurity) {
				reasons.put(seen.pk, HIDDEN);
			}
		};
		if (!keys.isEmpty()) {
			this.jdbc.query(BusinessSql.undeleted(table, this.catalog), Parameters.of((parameters) -> {
				parameters.uuids(keys, (key) -> key);
				OwnerSql.bind(parameters, owner);
			}), collect);
		}
		return reasons;
	}

	/**
	 * The visible facts about a row.
	 *
	 * @param pk its key
	 * @param found whether it is in the table
	 * @param mine whether it is, and belongs to the user
	 * @param rowSecurity whether row-level security may hide it
	 * @param stray whether writing or deleting it would reach another user's row
	 */
	private record Seen(UUID pk, boolean found, boolean mine, boolean rowSecurity, boolean stray) {

		static Seen of(ResultSet row) throws SQLException {
			boolean found = row.getBoolean("found");
			return new Seen(row.getObject("pk", UUID.class), found, found && row.getBoolean("mine"),
					row.getBoolean("row_security"), row.getBoolean("stray"));
		}

	}

}
