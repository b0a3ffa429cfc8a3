package io.oversync.client;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.oversync.client.protocol.Payload;
import io.oversync.client.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * What this device knows of the server's rows: the version that the local row is based
 * on.
 */
final class RowVersions {

	/** As {@code deleted}: the row is deleted here only, and on its way back. */
	private static final int AWAITED = 2;

	private final Database database;

	RowVersions(Database database) {
		this.database = database;
	}

	@Nullable Known known(LocalTable table, Object key) throws SQLException {
		return this.database.first("SELECT version, deleted, extra FROM _sync_row WHERE table_no = ? AND key = ?",
				(row) -> Known.map(row, 1), table.no(), key);
	}

	/**
	 * Notes a row of the server.
	 * @return false if one that is as new was known, and nothing has changed
	 */
	boolean advance(LocalTable table, Object key, ServerRow row) throws SQLException {
		return this.database.update("""
				INSERT INTO _sync_row (table_no, key, version, deleted, extra) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET version = excluded.version, deleted = excluded.deleted, extra = excluded.extra
				WHERE excluded.version > _sync_row.version""", table.no(), key, row.version(), row.deleted(),
				extra(table, row)) > 0;
	}

	/** Notes what the server has said last, whatever was known. */
	void set(LocalTable table, Object key, ServerRow row) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_row (table_no, key, version, deleted, extra) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET version = excluded.version, deleted = excluded.deleted, extra = excluded.extra""", table.no(), key,
				row.version(), row.deleted(), extra(table, row));
	}

	/** Notes that the server took the local row. */
	void applied(LocalTable table, Object key, long version, boolean deleted) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_row (table_no, key, version, deleted) VALUES (?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE SET version = excluded.version, deleted = excluded.deleted""",
				table.no(), key, version, deleted);
	}

	/**
	 * Notes that the local row is gone although the server has it: the server refused the
	 * delete, and sends the row again.
	 */
	void awaited(LocalTable table, Object key) throws SQLException {
		this.database.update("UPDATE _sync_row SET deleted = ? WHERE table_no = ? AND key = ?", AWAITED, table.no(),
				key);
	}

	private static @Nullable String extra(LocalTable table, ServerRow row) {
		Payload extra = (row.payload() != null) ? PayloadCodec.extra(table, row.payload()) : null;
		return (extra != null) ? extra.toJson() : null;
	}

	/**
	 * A row of the server.
	 *
	 * @param version its version
	 * @param deleted whether it is deleted here
	 * @param awaited whether it is deleted here only: the server refused that, and sends
	 * the row again
	 * @param extra members that the local table has no column for
	 */
	record Known(long version, boolean deleted, boolean awaited, @Nullable Payload extra) {

		/** Maps version, deleted and extra; null if there is no version. */
		static @Nullable Known map(ResultSet row, int index) throws SQLException {
			long version = row.getLong(index);
			if (row.wasNull()) {
				return null;
			}
			int deleted = row.getInt(index + 1);
			String extra = row.getString(index + 2);
			return new Known(version, deleted != 0, deleted == AWAITED, (extra != null) ? Payload.parse(extra) : null);
		}

		boolean isLive() {
			return this.version > 0 && !this.deleted;
		}

	}

}
