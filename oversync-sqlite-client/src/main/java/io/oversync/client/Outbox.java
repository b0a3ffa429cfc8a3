package io.oversync.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Changes are frozen here before they are sent, and stay until the server has answered:
 * what is sent again is the same, under the same id, whatever has happened to the row.
 */
final class Outbox {

	private final Database database;

	private final Tables tables;

	Outbox(Database database, Tables tables) {
		this.database = database;
		this.tables = tables;
	}

	/**
	 * Returns what is sent next, the oldest first: at least one change, if there is any.
	 */
	List<OutboxEntry> head(int maxCount, long maxBytes) throws SQLException {
		List<OutboxEntry> entries = new ArrayList<>();
		long[] bytesLeft = { maxBytes };
		this.database.each("""
				SELECT change_id, table_no, key, pk, op, version, payload, base, lost FROM _sync_outbox
				ORDER BY change_id LIMIT ?""", (row) -> {
			OutboxEntry entry = map(row);
			bytesLeft[0] -= entry.bytes();
			return (bytesLeft[0] >= 0 || entries.isEmpty()) && entries.add(entry);
		}, maxCount);
		return entries;
	}

	private OutboxEntry map(ResultSet row) throws SQLException {
		LocalTable table = this.tables.byNo(row.getLong(2));
		if (table == null) {
			throw new SyncSetupException(
					"A table that is not on the client's list any more has changes that are sent but not confirmed: list it again until they are");
		}
		return new OutboxEntry(row.getLong(1), table, row.getObject(3), row.getString(4), row.getString(5),
				row.getLong(6), row.getString(7), row.getString(8), row.getLong(9));
	}

	/**
	 * Returns the local number of the change that the server knows under a number, or 0.
	 */
	static long find(Database database, LocalTable table, Object key, long id) throws SQLException {
		long lost = ChangeIds.lostVersion(id);
		return database.number("""
				SELECT change_id FROM _sync_outbox
				WHERE table_no = ? AND key = ? AND (change_id = ? OR (lost > 0 AND lost = ?))""", table.no(), key, id,
				lost);
	}

	boolean isEmpty() throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_outbox)") == 0;
	}

	void add(LocalTable table, Object key, String pk, String op, long version, @Nullable String payload,
			@Nullable String base) throws SQLException {
		this.database.update("""
				INSERT INTO _sync_outbox (change_id, table_no, key, pk, op, version, payload, base, lost)
				SELECT next_change_id, ?, ?, ?, ?, ?, ?, ?,
				       coalesce((SELECT version FROM _sync_lost WHERE table_no = ? AND key = ?), 0)
				FROM _sync_state""", table.no(), key, pk, op, version, payload, base, table.no(), key);
		this.database.update("UPDATE _sync_state SET next_change_id = next_change_id + 1");
	}

	/**
	 * Removes a change that was answered.
	 * @return false if another process was faster
	 */
	boolean remove(OutboxEntry entry) throws SQLException {
		if (entry.lostVersion() > 0) {
			this.database.update("DELETE FROM _sync_lost WHERE table_no = ? AND key = ?", entry.table().no(),
					entry.key());
		}
		return this.database.update("DELETE FROM _sync_outbox WHERE change_id = ?", entry.changeId()) > 0;
	}

}
