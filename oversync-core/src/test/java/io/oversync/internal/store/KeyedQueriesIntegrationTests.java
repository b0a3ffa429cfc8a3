/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine;
import io.oversync.protocol.Deadline;
import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
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

	private static final String LIST = """
			(SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings
			 WHERE name IN ('enable_bitmapscan', 'enable_seqscan', 'enable_sort', 'jit', 'plan_cache_mode'))""";

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

	/** Whatever the driver is told about how it sends statements. */
	@ParameterizedTest
	@ValueSource(strings = { "", "prepareThreshold=0", "prepareThreshold=1", "stringtype=unspecified",
			"stringtype=unspecified&prepareThreshold=1", "defaultRowFetchSize=2", "autosave=always",
			"binaryTransfer=false", "preferQueryMode=extendedForPrepared", "preferQueryMode=extendedCacheEverything" })
	void settingsHoldForAllQueries(String properties) throws SQLException {
		String url = MigratedDatabase.create();
		for (boolean autoCommit : new boolean[] { true, false }) {
			try (Connection own = DriverManager.getConnection(url + (url.contains("?") ? "&" : "?") + properties)) {
				own.setAutoCommit(autoCommit);
				JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(own, true));
				List<String> before = jdbc.queryForList(SETTINGS, String.class);
				KeyedQueries queries = KeyedQueries.of("SELECT ?::text, current_setting('jit')",
						"SELECT ?::text, " + LIST, "SELECT ?::text, " + LIST);
				for (int i = 0; i < 12; i++) {
					List<String> during = new ArrayList<>();
					queries.execute(jdbc, Deadline.in(Duration.ofMinutes(1)),
							(parameters) -> parameters.text("a").text("b").text("c"),
							(row) -> during.add(row.getString(2)), (row) -> during.add(row.getString(2)),
							(row) -> during.add(row.getString(2)));
					assertThat(during).as("the execution %d, autocommit %s", i, autoCommit)
						.containsExactly("off", "off off off off force_generic_plan",
								"off off off off force_generic_plan");
				}
				assertThat(jdbc.queryForList(SETTINGS, String.class)).isEqualTo(before);
			}
		}
	}

	@Test
	void theEngineWorksWhereTextsHaveNoType() {
		String url = MigratedDatabase.create();
		JdbcClient.create(TestDatabases.dataSource(url))
			.sql("create schema app; create table app.note (id uuid primary key, owner_id text not null, title text)")
			.update();
		try (TestEngine engine = TestEngine.on(
				url + (url.contains("?") ? "&" : "?") + "stringtype=unspecified&prepareThreshold=1",
				"app.note(owner_id)")) {
			TestEngine.Device phone = engine.device("ann/phone");
			for (int i = 0; i < 6; i++) {
				String title = "x".repeat((i % 3) * 700_000);
				assertThat(phone.upsert("app.note", new UUID(0, i), 0, "{\"title\":\"%s\"}".formatted(title)).upload())
					.containsExactly("applied 1");
				assertThat(engine.device("ann/tablet").stream()).hasSize(i + 1);
			}
			assertThat(phone.delete("app.note", new UUID(0, 0), 1).upload()).containsExactly("applied 2");
			assertThat(engine.query("select count(*) from app.note")).containsExactly("5");
		}
	}

}
