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
 * {@link PlantedBug#IDS_WITHOUT_THE_LOCK}: an upload takes a block of ids from a sequence
 * instead of the user's lock. A part of them then dawdles before it moves the head, so
 * that others overtake it. The lock has guarded the versions of the rows as well: edits
 * of one row at the same time may both be applied.
 */
final class UnlockedIds implements Planting {

	private static final String LOCK = " FOR UPDATE";

	private static final String ADVANCE = "SET head_server_id = ?";

	private final StatementRewriter rewriter = new StatementRewriter(
			new Rewrite(LOCK, "s.head_server_id,", "nextval('planted.block') * 1000000 AS head_server_id,"),
			new Rewrite(LOCK, LOCK, ""),
			new Rewrite(ADVANCE, "head_server_id = ?", "head_server_id = greatest(head_server_id, ?)"),
			new Rewrite(ADVANCE, "WHERE stream_id = ?", """
					FROM (SELECT pg_sleep(CASE WHEN random() < 0.3 THEN 0.3 * random() ELSE 0 END)) AS dawdling
					WHERE stream_id = ?"""));

	@Override
	public DataSource dataSource(DataSource real) {
		return this.rewriter.around(real);
	}

	@Override
	public boolean needsTwoProcesses() {
		return true;
	}

	@Override
	public void complete(SyncService service, JdbcTemplate database) {
		database.execute("create sequence planted.block");
		this.rewriter.requireUseIn(service);
	}

}
