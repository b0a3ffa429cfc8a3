/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The structure of a table as the database's catalog has it.
 *
 * @param identity the columns that say which row it is and whose
 * @param columns its other columns
 * @param references its foreign keys to registered tables
 * @param checked whether the table has CHECK constraints
 * @param ownership what keeps the rows of different users apart
 * @param names matches members of payloads with its columns
 */
public record TableStructure(IdentityColumns identity, TableColumns columns, List<ForeignKey> references,
		boolean checked, Ownership ownership, ColumnNames names) {

	public TableStructure {
		references = List.copyOf(references);
	}

	TableStructure withReferences(List<ForeignKey> foreignKeys) {
		return new TableStructure(this.identity, this.columns, foreignKeys, this.checked, this.ownership, this.names);
	}

	/**
	 * The columns of a table that say which row it is and whose.
	 *
	 * @param key the column of the primary key, of type uuid
	 * @param owner the column that holds the owner's user id, null for none
	 * @param ownerType the type of that column as it is written in a cast, {@code text}
	 * without one
	 */
	public record IdentityColumns(String key, @Nullable String owner, String ownerType) {
	}

}
