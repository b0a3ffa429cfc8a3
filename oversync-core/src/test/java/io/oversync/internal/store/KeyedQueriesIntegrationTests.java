/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.oversync.internal.service.TestEngine;
import io.oversync.protocol.Deadline;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings of queries by key, which last as long as these.
 */
class KeyedQueriesIntegrationTests {

	private static final String SETTINGS = """
			SELECT name || ' ' || setting FROM pg_settings
			WHERE name IN ('enable_bitmapscan', 'enable_seqscan', 'enable_sort', 'jit', 'plan_cache_mode')
			ORDER BY name""";

	/**
	 * What a plan costs by an estimate decides neither how it reads nor what precedes it.
	 */
	@Test
	void plansDependOnKeysOnly() throws SQLException {
		try (TestEngine engine = TestEngine.start(
				"create schema app; create table app.note (id uuid primary key, owner_id text not null)",
				"app.note(owner_id)")) {
			SingleConnectionDataSource connection = new SingleConnectionDataSource(engine.dataSource().getConnection(),
					true);
			JdbcTemplate jdbc = new JdbcTemplate(connection);
			List<String> before = jdbc.queryForList(SETTINGS, String.class);
			List<String> during = new ArrayList<>();
			KeyedQueries.of(SETTINGS).execute(jdbc, Deadline.in(Duration.ofMinutes(1)), (parameters) -> {
			}, (row) -> during.add(row.getString(1)));
			assertThat(during).containsExactly("enable_bitmapscan off", "enable_seqscan off", "enable_sort off",
					"jit off", "plan_cache_mode force_generic_plan");
			assertThat(jdbc.queryForList(SETTINGS, String.class)).isEqualTo(before).doesNotContain("jit off");
			connection.destroy();
		}
	}

}
