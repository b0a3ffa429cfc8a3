package io.oversync.client;

import java.sql.SQLException;

import io.oversync.client.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * Which rows have local changes that the server has not taken.
 */
final class PendingChanges {

	private final Database database;

	PendingChanges(Database database) {
		this.database = database;
	}

	boolean isEmpty() throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_dirty) OR EXISTS (SELECT 1 FROM _sync_outbox)
				    OR EXISTS (SELECT 1 FROM _sync_quarantine)""") == 0;
	}

	/** Whether there is something to be sent. */
	boolean isAny() throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_dirty) OR EXISTS (SELECT 1 FROM _sync_outbox)""") > 0;
	}

	/** Whether the row is in the outbox: what the server makes of it is not known. */
	boolean isSent(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_outbox WHERE table_no = ? AND key = ?", table.no(),
				key) > 0;
	}

	/** Whether the row was changed since it was last sent, or before it was ever sent. */
	boolean isDirty(LocalTable table, Object key) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(),
				key) > 0;
	}

	boolean isDirty(LocalTable table) throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = ?)", table.no()) > 0;
	}

	/** Returns the row's local change that was not sent, or null. */
	@Nullable Unsent unsent(LocalTable table, Object key) throws SQLException {
		return this.database.first("""
				SELECT base FROM (
				  SELECT 1 AS seniority, base FROM _sync_quarantine WHERE table_no = ? AND key = ?
				  UNION ALL SELECT 2, base FROM _sync_dirty WHERE table_no = ? AND key = ?)
				ORDER BY seniority LIMIT 1""", (row) -> new Unsent(row.getString(1)), table.no(), key, table.no(), key);
	}

	/** Forgets the row's local change. */
	void drop(LocalTable table, Object key) throws SQLException {
		this.database.update("DELETE FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("DELETE FROM _sync_quarantine WHERE table_no = ? AND key = ?", table.no(), key);
	}

	/**
	 * Keeps the row to be sent, on top of another base.
	 * @param pass the pass that it is not to be sent in again; 0 if it may
	 * @param problem why it was not taken, or null
	 */
	void keep(LocalTable table, Object key, @Nullable String base, long pass, @Nullable String problem)
			throws SQLException {
		this.database.update("DELETE FROM _sync_quarantine WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT INTO _sync_dirty (table_no, key, base, parked, problem) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET base = excluded.base, parked = excluded.parked, problem = excluded.problem""", table.no(), key,
				base, pass, problem);
	}

	/** Notes that the server lost a version of a row, which it gets back as it is. */
	void noteLost(LocalTable table, Object key, long version) throws SQLException {
		this.database.update("INSERT OR REPLACE INTO _sync_lost (table_no, key, version) VALUES (?, ?, ?)", table.no(),
				key, version);
	}

	boolean hasLost() throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_lost)") > 0;
	}

	/**
	 * Returns whether a row was deleted here after the version that another device has
	 * brought back to a server that had lost both; that is found out once.
	 */
	boolean isLostDelete(LocalTable table, Object key, ServerRow row) throws SQLException {
		long version = this.database.number("""
				SELECT version FROM _sync_lost AS l WHERE table_no = ? AND key = ? AND NOT EXISTS (
				  SELECT 1 FROM _sync_row AS r WHERE r.table_no = l.table_no AND r.key = l.key)""", table.no(), key);
		if (version == 0) {
			return false;
		}
		this.database.update("DELETE FROM _sync_lost WHERE table_no = ? AND key = ?", table.no(), key);
		// the first version is a new row
		return !row.deleted() && row.version() > 1 && row.version() <= version;
	}

	/** Keeps every row of a table to be sent, and what is gone to be deleted. */
	void markAll(LocalTable table) throws SQLException {
		this.database.update("INSERT INTO _sync_dirty (table_no, key) SELECT " + table.no() + ", t."
				+ table.key().quoted() + " FROM " + table.quoted() + " AS t WHERE t." + table.key().quoted()
				+ " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = " + table.no()
				+ " AND key = +t." + table.key().quoted() + ")");
		markVanished(table);
	}

	/**
	 * Notes deletes of rows that are gone without a trace, unless they are in quarantine.
	 */
	void markVanished(LocalTable table) throws SQLException {
		this.database.update("INSERT INTO _sync_dirty (table_no, key) SELECT r.table_no, r.key FROM _sync_row AS r"
				+ " WHERE r.table_no = " + table.no() + " AND r.deleted = 0 AND NOT EXISTS (SELECT 1 FROM "
				+ table.quoted() + " AS t WHERE t." + table.key().quoted() + " = +r.key)"
				+ " AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = r.table_no AND d.key = r.key)"
				+ " AND NOT EXISTS (SELECT 1 FROM _sync_quarantine AS q WHERE q.table_no = r.table_no AND q.key = r.key)");
	}

	/**
	 * Keeps rows to be sent that the server has confirmed once, but that are not among
	 * those which it has.
	 * @return how many
	 */
	int markMissing(LocalTable table) throws SQLException {
		return this.database.update("""
				INSERT INTO _sync_dirty (table_no, key)
				SELECT r.table_no, r.key FROM _sync_row AS r
				WHERE r.table_no = ? AND r.deleted = 0
				  AND NOT EXISTS (SELECT 1 FROM _sync_staged AS s WHERE s.table_no = r.table_no AND s.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_dirty AS d WHERE d.table_no = r.table_no AND d.key = r.key)
				  AND NOT EXISTS (SELECT 1 FROM _sync_outbox AS o WHERE o.table_no = r.table_no AND o.key = r.key)""",
				table.no());
	}

	long count() throws SQLException {
		return this.database.number("""
				SELECT (SELECT count(*) FROM _sync_outbox)
				     + (SELECT count(*) FROM _sync_dirty AS d WHERE NOT EXISTS (
				          SELECT 1 FROM _sync_outbox AS o WHERE o.table_no = d.table_no AND o.key = d.key))""");
	}

	/**
	 * A local change.
	 *
	 * @param base the row before it, as a {@link BaseImage}, or null
	 */
	record Unsent(@Nullable String base) {
	}

}
