/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.sample;

import java.util.List;

import io.oversync.verification.device.TableModel.Column;
import io.oversync.verification.device.TableModel.Kind;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.TableModels;

/**
 * The tables of the sample.
 */
public final class SampleTable {

	/** {@code business.users}. */
	public static final TableModel USERS = table("users", "owner_id", Column.key(Kind.UUID),
			Column.required("name", Kind.TEXT), Column.required("email", Kind.TEXT),
			Column.of("created_at", Kind.TIMESTAMP), Column.of("updated_at", Kind.TIMESTAMP));

	/** {@code business.posts}. */
	public static final TableModel POSTS = table("posts", "owner_id", Column.key(Kind.UUID),
			Column.required("title", Kind.TEXT), Column.required("content", Kind.TEXT),
			Column.reference("author_id", Kind.UUID, "users"), Column.of("created_at", Kind.TIMESTAMP),
			Column.of("updated_at", Kind.TIMESTAMP));

	/** {@code business.files}. */
	public static final TableModel FILES = table("files", "owner_id", Column.key(Kind.BLOB_UUID),
			Column.required("name", Kind.TEXT), Column.required("data", Kind.BYTES));

	/** {@code business.file_reviews}. */
	public static final TableModel FILE_REVIEWS = table("file_reviews", "owner_id", Column.key(Kind.BLOB_UUID),
			Column.required("review", Kind.TEXT), Column.reference("file_id", Kind.BLOB_UUID, "files"));

	/** {@code business.categories}. */
	public static final TableModel CATEGORIES = table("categories", "owner_id", Column.key(Kind.UUID),
			Column.required("name", Kind.TEXT), Column.reference("parent_id", Kind.UUID, "categories"));

	/** {@code business.typed_rows}. */
	public static final TableModel TYPED_ROWS = table("typed_rows", "owner_id", Column.key(Kind.UUID),
			Column.required("name", Kind.TEXT), Column.of("note", Kind.TEXT), Column.of("count_value", Kind.INTEGER),
			Column.of("enabled_flag", Kind.BOOLEAN), Column.of("rating", Kind.REAL), Column.of("price", Kind.DECIMAL),
			Column.of("data", Kind.BYTES), Column.of("created_at", Kind.TIMESTAMP), Column.of("day", Kind.DATE),
			Column.of("doc", Kind.JSON), Column.of("tags", Kind.ARRAY), Column.of("ref", Kind.UUID));

	/** {@code business.person}. */
	public static final TableModel PERSON = table("person", "owner_user_id", Column.key(Kind.UUID),
			Column.required("first_name", Kind.TEXT), Column.required("last_name", Kind.TEXT),
			Column.required("email", Kind.TEXT), Column.of("phone", Kind.TEXT), Column.of("birth_date", Kind.TEXT),
			Column.of("created_at", Kind.TIMESTAMP), Column.of("score", Kind.REAL),
			Column.required("is_active", Kind.BOOLEAN), Column.of("ssn", Kind.INTEGER), Column.of("notes", Kind.TEXT));

	/** {@code business.person_address}. */
	public static final TableModel PERSON_ADDRESS = table("person_address", "owner_user_id", Column.key(Kind.UUID),
			Column.cascading("person_id", Kind.UUID, "person"), Column.required("city", Kind.TEXT),
			Column.of("address_type", Kind.TEXT), Column.of("street", Kind.TEXT), Column.of("state", Kind.TEXT),
			Column.of("postal_code", Kind.TEXT), Column.required("country", Kind.TEXT),
			Column.required("is_primary", Kind.BOOLEAN), Column.of("created_at", Kind.TIMESTAMP));

	/** {@code business.comment}. */
	public static final TableModel COMMENT = table("comment", "owner_user_id", Column.key(Kind.UUID),
			Column.cascading("person_id", Kind.UUID, "person"), Column.required("comment", Kind.TEXT),
			Column.of("created_at", Kind.TIMESTAMP), Column.of("tags", Kind.TEXT));

	/** All tables, parents before their children. */
	public static final TableModels ALL = new TableModels(
			List.of(USERS, POSTS, FILES, FILE_REVIEWS, CATEGORIES, TYPED_ROWS, PERSON, PERSON_ADDRESS, COMMENT));

	private SampleTable() {
	}

	private static TableModel table(String name, String ownerColumn, Column... columns) {
		return new TableModel("business", name, ownerColumn, List.of(columns));
	}

}
