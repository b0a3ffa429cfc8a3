/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.service.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The blocks that PostgreSQL reads for a page's query.
 */
@Tag("prove")
class BlockQueryIntegrationTests {

	private static final Pattern BLOCKS = Pattern.compile("shared hit=(\\d+)(?: read=(\\d+))?");

	private static final int ROWS = 60;

	private final TestEngine engine = TestEngine.start(
			"create schema app; create table app.note (id uuid primary key, owner_id text not null)",
			"app.note(owner_id)");

	/** Not compressed: each lies in 400 blocks of its own. */
	@BeforeEach
	void loadLargeRows() {
		Device phone = this.engine.device("alice/phone");
		phone.upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
		this.engine.execute("alter table sync.change alter payload set storage external");
		this.engine.execute(
				"""
						insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
						select c.stream_id, 1 + n, c.source_no, 0, 1, c.table_id, 'I', gen_random_uuid(), json_build_object('body',
						  (select string_agg(md5(random()::text || n || m), '') from generate_series(1, 100000) m))
						from sync.change c, generate_series(1, %d) n"""
					.formatted(ROWS));
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void readsNoPayloadThatDoesNotFit(boolean oneSchema) throws SQLException {
		List<String> plan = explain(PageSql.changesOf(oneSchema), oneSchema, 1024 * 1024);
		assertThat(plan).filteredOn((line) -> line.contains("on change")).isNotEmpty().allMatch((line) -> {
			return line.contains("Index Scan using change_pkey");
		});
		assertThat(blocks(plan)).as("one small row and none of 3.2 MB").isLessThan(60);
	}

	@ParameterizedTest
	@ValueSource(longs = { 100, 1_000_000 })
	void readsOneRowMoreThanFits(long bytes) throws SQLException {
		List<String> plan = explain(PageSql.changesOf(false), false, bytes);
		assertThat(String.join("\n", plan)).containsPattern("Recursive Union .*rows=[12](\\.00)? ");
	}

	private List<String> explain(String sql, boolean oneSchema, long bytes) throws SQLException {
		List<String> plan = new ArrayList<>();
		try (Connection connection = this.engine.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			connection.createStatement()
				.execute(
						"set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off;"
								+ " set local jit = off; set local plan_cache_mode = force_generic_plan");
			try (PreparedStatement statement = connection.prepareStatement("explain (analyze, buffers) " + sql)) {
				int index = 0;
				index = bindRows(statement, index, oneSchema);
				statement.setLong(++index, 0);
				index = bindRows(statement, index, oneSchema);
				statement.setInt(++index, 100);
				statement.setLong(++index, bytes);
				statement.setInt(++index, 100);
				statement.setLong(++index, bytes);
				index = bindRetained(statement, index);
				index = bindRows(statement, index, oneSchema);
				statement.setLong(++index, 0);
				ResultSet resultSet = statement.executeQuery();
				while (resultSet.next()) {
					plan.add(resultSet.getString(1));
				}
			}
			connection.rollback();
		}
		return plan;
	}

	private static int bindRows(PreparedStatement statement, int last, boolean oneSchema) throws SQLException {
		int index = last;
		statement.setLong(++index, StreamIds.SHA_256.candidate("alice", 0));
		statement.setInt(++index, -1);
		statement.setLong(++index, ROWS);
		if (oneSchema) {
			statement.setString(++index, "app");
		}
		return index;
	}

	private static int bindRetained(PreparedStatement statement, int last) throws SQLException {
		int index = last;
		statement.setLong(++index, 0);
		statement.setString(++index, DeviceNote.ALL);
		statement.setLong(++index, 0);
		statement.setString(++index, "phone");
		statement.setLong(++index, StreamIds.SHA_256.candidate("alice", 0));
		statement.setString(++index, "alice");
		return index;
	}

	/** The first line with blocks is that of the whole plan. */
	private static long blocks(List<String> plan) {
		for (String line : plan) {
			Matcher matcher = BLOCKS.matcher(line);
			if (matcher.find()) {
				return Long.parseLong(matcher.group(1))
						+ ((matcher.group(2) != null) ? Long.parseLong(matcher.group(2)) : 0);
			}
		}
		throw new IllegalStateException("No blocks in " + plan);
	}

}
