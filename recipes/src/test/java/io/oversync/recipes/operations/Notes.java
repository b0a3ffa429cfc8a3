/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Notes, which are in the table of labels. */
@Repository
class Notes {

	private final JdbcClient jdbc;

	Notes(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Note> findByOwnerAndIds(String owner, List<UUID> ids) {
		return this.jdbc.sql("SELECT id, name FROM business.labels WHERE owner_id = :owner AND id IN (:ids)")
			.param("owner", owner)
			.param("ids", ids)
			.query((row, index) -> new Note(row.getObject("id", UUID.class), row.getString("name")))
			.list();
	}

	void save(String owner, UUID id, String text) {
		this.jdbc
			.sql("INSERT INTO business.labels (id, owner_id, name) VALUES (?, ?, ?)"
					+ " ON CONFLICT (id) DO UPDATE SET name = excluded.name")
			.params(id, owner, text)
			.update();
	}

	void delete(UUID id) {
		this.jdbc.sql("DELETE FROM business.labels WHERE id = ?").param(id).update();
	}

}
