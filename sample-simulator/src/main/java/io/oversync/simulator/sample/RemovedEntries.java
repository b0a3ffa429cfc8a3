/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.sample;

import java.util.List;

import io.oversync.verification.device.WireEntry;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The entries that compactions remove from the streams of a database, which keeps them
 * from now on.
 */
public final class RemovedEntries {

	private static final String ARCHIVE = """
			create schema if not exists removed;
			create table if not exists removed.change (like sync.change);
			create or replace function removed.keep() returns trigger language plpgsql as $$
			begin
			  insert into removed.change select old.*;
			  return null;
			end $$;
			create or replace trigger removed after delete on sync.change for each row
			execute function removed.keep();""";

	private static final String REMOVED = """
			select c.server_id, t.schema_name, t.table_name, c.pk,
			       case c.op when 'I' then 'INSERT' when 'U' then 'UPDATE' else 'DELETE' end as op, c.version,
			       c.op = 'D' as deleted, d.source_id, c.source_change_id, c.payload::text as payload
			from removed.change c
			join sync.stream s on s.stream_id = c.stream_id
			join sync.synced_table t on t.table_id = c.table_id
			join sync.source d on d.stream_id = c.stream_id and d.source_no = c.source_no
			where s.user_id = ?
			order by c.server_id""";

	private final JdbcTemplate jdbc;

	private RemovedEntries(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Lets a database keep what is removed.
	 * @param jdbcUrl the database, of a superuser, with the sync schema
	 * @return what is removed of it
	 */
	public static RemovedEntries in(String jdbcUrl) {
		JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(jdbcUrl));
		jdbc.execute(ARCHIVE);
		return new RemovedEntries(jdbc);
	}

	/**
	 * Returns what was removed of a user's stream.
	 * @param user the user
	 * @return the entries, ascending
	 */
	public List<WireEntry> of(String user) {
		return this.jdbc.query(REMOVED,
				(row, number) -> new WireEntry(row.getLong("server_id"), row.getString("schema_name"),
						row.getString("table_name"), row.getString("pk"), row.getString("op"), row.getLong("version"),
						row.getBoolean("deleted"), row.getString("source_id"), row.getLong("source_change_id"),
						row.getString("payload")),
				user);
	}

}
