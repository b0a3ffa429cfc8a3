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
 * {@link PlantedBug#MISSING_RESTORES}: the statement that appends them finds no rows.
 */
final class MissingRestores implements Planting {

	private final StatementRewriter rewriter = new StatementRewriter(new Rewrite("AS k(image_server_id",
			"c.server_id = k.image_server_id", "c.server_id = k.image_server_id AND false"));

	@Override
	public DataSource dataSource(DataSource real) {
		return this.rewriter.around(real);
	}

	@Override
	public void complete(SyncService service, JdbcTemplate database) {
		this.rewriter.requireUseIn(service);
	}

}
