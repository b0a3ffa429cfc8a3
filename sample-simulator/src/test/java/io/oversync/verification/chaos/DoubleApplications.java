/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import javax.sql.DataSource;

import io.oversync.service.SyncService;
import io.oversync.verification.chaos.StatementRewriter.Rewrite;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link PlantedBug#DOUBLE_APPLY}: the engine finds no earlier application of any change,
 * and the version, which would give the repetition away, does not count for an id that
 * was applied.
 */
final class DoubleApplications implements Planting {

	private static final String APPLIED = """
			SELECT EXISTS (
			  SELECT 1 FROM sync.server_change_log
			  WHERE user_id = ? AND source_id = ? AND source_change_id = ? AND source_change_id > 0)""";

	private final StatementRewriter rewriter = new StatementRewriter(
			new Rewrite("AND c.source_no = d.source_no", "BETWEEN k.id AND k.id", "BETWEEN k.id AND k.id AND false"));

	@Override
	public DataSource dataSource(DataSource real) {
		return this.rewriter.around(real);
	}

	@Override
	public SyncService service(SyncService real, JdbcTemplate database) {
		return new OverruledConflicts(real, (actor, change) -> Boolean.TRUE.equals(database.queryForObject(APPLIED,
				Boolean.class, actor.userId(), actor.sourceId(), change.sourceChangeId())));
	}

	@Override
	public void complete(SyncService service, JdbcTemplate database) {
		this.rewriter.requireUseIn(service);
	}

}
