/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import io.oversync.client.Uuid7;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One user's notes in the server's table, as an application writes them: plain SQL that
 * knows nothing of the sync.
 */
final class ServerNotes implements NoteStore {

	/** Devices may upload longer texts than the page lets one type. */
	private static final String ROWS = """
			select n.id, left(n.title, 400), left(n.body, 400), n.done, coalesce(m.server_version, 0) as version
			from business.notes n
			left join sync.sync_row_meta m on m.user_id = n.owner_id and m.schema_name = 'business'
				and m.table_name = 'notes' and m.pk_uuid = n.id
			where n.owner_id = ? order by n.id desc limit ?""";

	private static final String INSERT = """
			insert into business.notes (id, owner_id, title, body, done)
			values (?, ?, ?, coalesce(?, ''), coalesce(?, false))""";

	private static final String UPDATE = """
			update business.notes set title = coalesce(?, title), body = coalesce(?, body), done = coalesce(?, done),
				updated_at = now()
			where id = ? and owner_id = ?""";

	private static final int MOST_SHOWN = 100;

	private final JdbcTemplate jdbc;

	private final String user;

	ServerNotes(JdbcTemplate jdbc, String user) {
		this.jdbc = jdbc;
		this.user = user;
	}

	List<Note> list() {
		return this.jdbc.query(ROWS, (row, number) -> note(row), this.user, MOST_SHOWN);
	}

	private static Note note(ResultSet row) throws SQLException {
		return new Note(row.getObject(1, UUID.class), row.getString(2), row.getString(3), row.getBoolean(4),
				row.getLong(5), null);
	}

	@Override
	public void add(NoteEdit edit) {
		Long count = this.jdbc.queryForObject("select count(*) from business.notes where owner_id = ?", Long.class,
				this.user);
		if (count != null && count >= MOST_NOTES) {
			throw DemoException.tooMuch("The table has " + MOST_NOTES + " of your notes. Delete one first.");
		}
		this.jdbc.update(INSERT, Uuid7.next(), this.user, edit.title(), edit.body(), edit.done());
	}

	@Override
	public void edit(UUID id, NoteEdit edit) {
		if (this.jdbc.update(UPDATE, edit.title(), edit.body(), edit.done(), id, this.user) == 0) {
			throw DemoException.noNote();
		}
	}

	@Override
	public void delete(UUID id) {
		if (this.jdbc.update("delete from business.notes where id = ? and owner_id = ?", id, this.user) == 0) {
			throw DemoException.noNote();
		}
	}

}
