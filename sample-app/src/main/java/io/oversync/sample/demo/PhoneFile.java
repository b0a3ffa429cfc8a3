/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.client.Uuid7;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * A phone's SQLite file, as its application uses it: plain SQL over connections of its
 * own.
 */
final class PhoneFile {

	private static final String TABLE = """
			CREATE TABLE IF NOT EXISTS notes (
			  id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL DEFAULT '',
			  done INTEGER NOT NULL DEFAULT 0, updated_at TEXT NOT NULL)""";

	/**
	 * The client's own tables say which rows wait and what version they have. Only a demo
	 * looks into them; applications have {@code SyncClient.status()}.
	 */
	private static final String ROWS = """
			SELECT n.id, substr(n.title, 1, 400), substr(n.body, 1, 400), n.done, coalesce(r.version, 0),
			  CASE WHEN n.id NOT IN (SELECT key FROM _sync_dirty UNION ALL SELECT key FROM _sync_outbox) THEN NULL
			       WHEN coalesce(r.version, 0) = 0 OR r.deleted THEN 'new' ELSE 'edited' END
			FROM notes n LEFT JOIN _sync_row r ON r.key = n.id
			ORDER BY n.id DESC LIMIT ?""";

	private static final String DELETED = """
			SELECT count(*) FROM (SELECT key FROM _sync_dirty UNION SELECT key FROM _sync_outbox)
			WHERE key NOT IN (SELECT id FROM notes)""";

	private static final String INSERT = """
			INSERT INTO notes (id, title, body, done, updated_at)
			VALUES (?, ?, coalesce(?, ''), coalesce(?, 0), ?)""";

	private static final String UPDATE = """
			UPDATE notes SET title = coalesce(?, title), body = coalesce(?, body), done = coalesce(?, done),
			  updated_at = ? WHERE id = ?""";

	private static final int BUSY_MILLIS = 5000;

	/** More than a phone may have of its own: what other places add arrives as well. */
	private static final int MOST_SHOWN = 100;

	private final Path path;

	private final Path copy;

	private final SQLiteDataSource connections = new SQLiteDataSource();

	PhoneFile(Path path) {
		this.path = path;
		this.copy = path.resolveSibling(path.getFileName() + ".copy");
		this.connections.setUrl("jdbc:sqlite:" + path);
		this.connections.setBusyTimeout(BUSY_MILLIS);
	}

	/** What a phone has. */
	record Content(List<Note> notes, long deleted) {
	}

	Path path() {
		return this.path;
	}

	void create() {
		run((connection) -> {
			try (Statement statement = connection.createStatement()) {
				return statement.executeUpdate(TABLE);
			}
		});
	}

	Content read() {
		return run((connection) -> {
			List<Note> notes = new ArrayList<>();
			try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
				statement.setInt(1, MOST_SHOWN);
				ResultSet rows = statement.executeQuery();
				while (rows.next()) {
					notes.add(new Note(UUID.fromString(rows.getString(1)), rows.getString(2), rows.getString(3),
							rows.getBoolean(4), rows.getLong(5), rows.getString(6)));
				}
			}
			return new Content(notes, number(connection, DELETED));
		});
	}

	long count() {
		return run((connection) -> number(connection, "SELECT count(*) FROM notes"));
	}

	void insert(NoteEdit edit) {
		update(INSERT, Uuid7.next().toString(), edit.title(), edit.body(), edit.done(), now());
	}

	boolean update(UUID id, NoteEdit edit) {
		return update(UPDATE, edit.title(), edit.body(), edit.done(), now(), id.toString()) > 0;
	}

	boolean delete(UUID id) {
		return update("DELETE FROM notes WHERE id = ?", id.toString()) > 0;
	}

	private static String now() {
		return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
	}

	/** Keeps a copy of the file, which may be in use. */
	void keepCopy() {
		Path draft = this.copy.resolveSibling(this.copy.getFileName() + ".tmp");
		try {
			Files.deleteIfExists(draft);
			update("VACUUM INTO ?", draft.toString());
			Files.move(draft, this.copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Nullable Long copied() {
		try {
			return Files.exists(this.copy) ? Files.getLastModifiedTime(this.copy).toMillis() : null;
		}
		catch (IOException ex) {
			return null; // deleted this moment
		}
	}

	/** Puts the copy in the place of the file, which must not be in use. */
	void putBack() {
		// a copy that was cut short by a crash must not become the file
		Path draft = this.path.resolveSibling(this.path.getFileName() + ".tmp");
		try {
			Files.copy(this.copy, draft, StandardCopyOption.REPLACE_EXISTING);
			remove();
			Files.move(draft, this.path, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Deletes the file, which must not be in use. The copy stays. */
	void remove() {
		try {
			for (String suffix : List.of("", "-wal", "-shm")) {
				Files.deleteIfExists(this.path.resolveSibling(this.path.getFileName() + suffix));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int update(String sql, @Nullable Object... values) {
		return run((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				for (int i = 0; i < values.length; i++) {
					statement.setObject(i + 1, values[i]);
				}
				return statement.executeUpdate();
			}
		});
	}

	private static long number(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return statement.executeQuery(sql).getLong(1);
		}
	}

	private <T> T run(Work<T> work) {
		try (Connection connection = this.connections.getConnection()) {
			return work.run(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The phone's file " + this.path + " cannot be used", ex);
		}
	}

	private interface Work<T> {

		T run(Connection connection) throws SQLException;

	}

}
