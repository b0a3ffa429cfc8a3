/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The users of the application: those that have posts. */
@Repository
class UserDirectory {

	private final JdbcClient jdbc;

	UserDirectory(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<String> findIdsInOrder() {
		return this.jdbc.sql("SELECT DISTINCT owner_id FROM business.posts ORDER BY owner_id")
			.query(String.class)
			.list();
	}

}
