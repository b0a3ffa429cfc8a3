/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.capture;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds triggers of the application that write to synced tables also when the client
 * writes the server's rows: what they write then is not noted, so that devices diverge.
 */
public final class UnguardedTriggers {

	static final String GUARD = "oversync_applying";

	private static final Logger logger = LoggerFactory.getLogger(UnguardedTriggers.class);

	private final Database database;

	public UnguardedTriggers(Database database) {
		this.database = database;
	}

	void warn(List<LocalTable> tables) throws SQLException {
		for (String trigger : find(tables)) {
			logger.warn("The trigger {} writes to a synced table, and does so for the server's rows too, unnoticed."
					+ " Add to it: WHEN NOT EXISTS (SELECT 1 FROM {})", trigger, GUARD);
		}
	}

	public List<String> find(List<LocalTable> tables) throws SQLException {
		String names = String.join("|", tables.stream().map((table) -> Pattern.quote(table.name())).toList());
		Pattern writes = Pattern.compile("\\b(INSERT\\s+(OR\\s+\\w+\\s+)?INTO|REPLACE\\s+INTO|UPDATE\\s+(OR\\s+"
				+ "(ROLLBACK|ABORT|REPLACE|FAIL|IGNORE)\\s+)?|DELETE\\s+FROM)\\s*[\"`\\[']?(" + names
				+ ")[\"`\\]']?(\\W|$)", Pattern.CASE_INSENSITIVE);
		return this.database.query("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'", (row) -> {
			String name = row.getString(1);
			String table = row.getString(2);
			String sql = row.getString(3);
			boolean synced = tables.stream().anyMatch((other) -> other.name().equalsIgnoreCase(table));
			boolean own = name.toLowerCase(Locale.ROOT).startsWith("_sync_");
			return (synced && !own && !sql.toLowerCase(Locale.ROOT).contains(GUARD) && writes.matcher(body(sql)).find())
					? name : null;
		});
	}

	private static String body(String sql) {
		int begin = sql.toUpperCase(Locale.ROOT).indexOf("BEGIN");
		return (begin >= 0) ? sql.substring(begin) : sql;
	}

}
