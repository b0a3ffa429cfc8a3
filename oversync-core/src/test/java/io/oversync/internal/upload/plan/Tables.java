/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.DeleteRule;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.Ownership;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.catalog.TableStructure.IdentityColumns;
import io.oversync.internal.catalog.TableColumns;
import io.oversync.internal.catalog.TableStructure;
import io.oversync.protocol.TableName;

/**
 * A catalog with every kind of reference, without a database.
 */
final class Tables {

	static final TableName USERS = new TableName("business", "users");

	static final TableName POSTS = new TableName("business", "posts");

	static final TableName CATEGORIES = new TableName("business", "categories");

	static final TableName ADDRESSES = new TableName("business", "addresses");

	static final TableName NOTES = new TableName("business", "notes");

	static final TableName TASKS = new TableName("business", "tasks");

	static final TableName TWIGS = new TableName("business", "twigs");

	static final UUID DEFAULT_USER = new UUID(0, 0);

	static final ForeignKey AUTHOR = new ForeignKey(POSTS, "author_id", USERS, DeleteRule.REFUSE, null);

	static final ForeignKey PARENT = new ForeignKey(CATEGORIES, "parent_id", CATEGORIES, DeleteRule.REFUSE, null);

	static final ForeignKey PERSON = new ForeignKey(ADDRESSES, "person_id", USERS, DeleteRule.CASCADE, null);

	static final ForeignKey NOTED = new ForeignKey(NOTES, "address_id", ADDRESSES, DeleteRule.SET_NULL, null);

	static final ForeignKey ASSIGNEE = new ForeignKey(TASKS, "user_id", USERS, DeleteRule.SET_DEFAULT, DEFAULT_USER);

	static final ForeignKey TWIG = new ForeignKey(TWIGS, "parent_id", TWIGS, DeleteRule.CASCADE, null);

	static final ForeignKey MARKED = new ForeignKey(POSTS, "twig_id", TWIGS, DeleteRule.REFUSE, null);

	/** Children are registered first, so that the order comes from the foreign keys. */
	static final TableCatalog CATALOG = new TableCatalog(List.of(table(1, TASKS, ASSIGNEE), table(2, NOTES, NOTED),
			table(3, ADDRESSES, PERSON), table(4, POSTS, AUTHOR, MARKED), table(5, CATEGORIES, PARENT), table(6, USERS),
			table(7, TWIGS, TWIG)));

	private Tables() {
	}

	private static SyncedTable table(int id, TableName name, ForeignKey... references) {
		TableStructure structure = new TableStructure(new IdentityColumns("id", "owner_id", "text"),
				TableColumns.of(List.of()), List.of(references), false, Ownership.NONE, ColumnNames.of(Set.of()));
		return new SyncedTable(id, name, Relation.of(name), true, structure, null);
	}

	static RowKey row(TableName table, int number) {
		return new RowKey(table, new UUID(1, number));
	}

}
