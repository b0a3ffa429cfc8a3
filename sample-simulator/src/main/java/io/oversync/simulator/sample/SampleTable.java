/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.sample;

import java.util.List;

import io.oversync.verification.device.TableModel.ColumnModel;
import io.oversync.verification.device.TableModel.Kind;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModels;

/**
 * The tables of the sample.
 */
public final class SampleTable {

	/** {@code business.users}. */
	public static final TableModel USERS = table("users", "owner_id", ColumnModel.key(Kind.UUID),
			ColumnModel.required("name", Kind.TEXT), ColumnModel.required("email", Kind.TEXT),
			ColumnModel.of("created_at", Kind.TIMESTAMP), ColumnModel.of("updated_at", Kind.TIMESTAMP));

	/** {@code business.posts}. */
	public static final TableModel POSTS = table("posts", "owner_id", ColumnModel.key(Kind.UUID),
			ColumnModel.required("title", Kind.TEXT), ColumnModel.required("content", Kind.TEXT),
			ColumnModel.reference("author_id", Kind.UUID, "users"), ColumnModel.of("created_at", Kind.TIMESTAMP),
			ColumnModel.of("updated_at", Kind.TIMESTAMP));

	/** {@code business.files}. */
	public static final TableModel FILES = table("files", "owner_id", ColumnModel.key(Kind.BLOB_UUID),
			ColumnModel.required("name", Kind.TEXT), ColumnModel.required("data", Kind.BYTES));

	/** {@code business.file_reviews}. */
	public static final TableModel FILE_REVIEWS = table("file_reviews", "owner_id", ColumnModel.key(Kind.BLOB_UUID),
			ColumnModel.required("review", Kind.TEXT), ColumnModel.reference("file_id", Kind.BLOB_UUID, "files"));

	/** {@code business.categories}. */
	public static final TableModel CATEGORIES = table("categories", "owner_id", ColumnModel.key(Kind.UUID),
			ColumnModel.required("name", Kind.TEXT), ColumnModel.reference("parent_id", Kind.UUID, "categories"));

	/** {@code business.typed_rows}. */
	public static final TableModel TYPED_ROWS = table("typed_rows", "owner_id", ColumnModel.key(Kind.UUID),
			ColumnModel.required("name", Kind.TEXT), ColumnModel.of("note", Kind.TEXT),
			ColumnModel.of("count_value", Kind.INTEGER), ColumnModel.of("enabled_flag", Kind.BOOLEAN),
			ColumnModel.of("rating", Kind.REAL), ColumnModel.of("price", Kind.DECIMAL),
			ColumnModel.of("data", Kind.BYTES), ColumnModel.of("created_at", Kind.TIMESTAMP),
			ColumnModel.of("day", Kind.DATE), ColumnModel.of("doc", Kind.JSON), ColumnModel.of("tags", Kind.ARRAY),
			ColumnModel.of("ref", Kind.UUID));

	/** {@code business.person}. */
	public static final TableModel PERSON = table("person", "owner_user_id", ColumnModel.key(Kind.UUID),
			ColumnModel.required("first_name", Kind.TEXT), ColumnModel.required("last_name", Kind.TEXT),
			ColumnModel.required("email", Kind.TEXT), ColumnModel.of("phone", Kind.TEXT),
			ColumnModel.of("birth_date", Kind.TEXT), ColumnModel.of("created_at", Kind.TIMESTAMP),
			ColumnModel.of("score", Kind.REAL), ColumnModel.required("is_active", Kind.BOOLEAN),
			ColumnModel.of("ssn", Kind.INTEGER), ColumnModel.of("notes", Kind.TEXT));

	/** {@code business.person_address}. */
	public static final TableModel PERSON_ADDRESS = table("person_address", "owner_user_id", ColumnModel.key(Kind.UUID),
			ColumnModel.cascading("person_id", Kind.UUID, "person"), ColumnModel.required("city", Kind.TEXT),
			ColumnModel.of("address_type", Kind.TEXT), ColumnModel.of("street", Kind.TEXT),
			ColumnModel.of("state", Kind.TEXT), ColumnModel.of("postal_code", Kind.TEXT),
			ColumnModel.required("country", Kind.TEXT), ColumnModel.required("is_primary", Kind.BOOLEAN),
			ColumnModel.of("created_at", Kind.TIMESTAMP));

	/** {@code business.comment}. */
	public static final TableModel COMMENT = table("comment", "owner_user_id", ColumnModel.key(Kind.UUID),
			ColumnModel.cascading("person_id", Kind.UUID, "person"), ColumnModel.required("comment", Kind.TEXT),
			ColumnModel.of("created_at", Kind.TIMESTAMP), ColumnModel.of("tags", Kind.TEXT));

	/** All tables, parents before their children. */
	public static final TableModels ALL = new TableModels(
			List.of(USERS, POSTS, FILES, FILE_REVIEWS, CATEGORIES, TYPED_ROWS, PERSON, PERSON_ADDRESS, COMMENT));

	private SampleTable() {
	}

	private static TableModel table(String name, String ownerColumn, ColumnModel... columns) {
		return new TableModel("business", name, ownerColumn, List.of(columns));
	}

}
