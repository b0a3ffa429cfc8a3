/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.sql.SQLException;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.Parameters;
import io.oversync.internal.store.RowOwnerStore;
import io.oversync.internal.stream.Owner;

/**
 * Conditions on the owner of a row. Owners are compared as values of the owner column's
 * type: two spellings of a value are one owner. Each statement has {@link #USER} among
 * its tables.
 */
final class OwnerSql {

	/** The user on whose behalf a statement runs. Parameters: those of {@link #bind}. */
	static final String USER = "(SELECT ?::text AS owner, ?::bigint AS stream) AS u";

	private OwnerSql() {
	}

	static void bind(Parameters parameters, Owner owner) throws SQLException {
		parameters.text(owner.userId()).number(owner.streamId());
	}

	/** The user's id as a value of the table's owner column. */
	static String userAsOwner(SyncedTable table) {
		return "u.owner::" + table.ownerType();
	}

	/**
	 * A row of the user or, without an owner column, one that no other user claimed. The
	 * condition keeps PostgreSQL from using an index on the owner: rows are looked up by
	 * their keys or parents. PostgreSQL expects few rows of a new user and would read all
	 * rows of the user for each of them.
	 */
	static String isMine(SyncedTable table, String alias) {
		return (table.ownerColumn() != null) ? owner(table, alias) + " IS NOT DISTINCT FROM " + userAsOwner(table)
				: "NOT " + isClaimedByAnother(table, alias + "." + BusinessSql.quote(table.keyColumn()));
	}

	/** A row of another user. One whose owner column is null has no owner. */
	static String isAnothers(SyncedTable table, String alias) {
		return (table.ownerColumn() != null) ? owner(table, alias) + " <> " + userAsOwner(table)
				: isClaimedByAnother(table, alias + "." + BusinessSql.quote(table.keyColumn()));
	}

	/** A row that the user must not change: another user's, or one without an owner. */
	static String isNotMine(SyncedTable table, String alias) {
		return (table.ownerColumn() != null) ? owner(table, alias) + " IS DISTINCT FROM " + userAsOwner(table)
				: isAnothers(table, alias);
	}

	static String isClaimedByAnother(SyncedTable table, String key) {
		return RowOwnerStore.isClaimedByAnother(table, key, "u.stream");
	}

	private static String owner(SyncedTable table, String alias) {
		return alias + "." + BusinessSql.quote(String.valueOf(table.ownerColumn()));
	}

}
