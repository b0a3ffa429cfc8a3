/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * The state of a changed row, before what becomes of it is decided.
 *
 * @param key its key
 * @param dirtyBase the row before the change
 * @param gone whether it was seen to be deleted
 * @param known the known version of the server's row
 * @param quarantined whether an earlier change of it was refused
 * @param quarantineBase the row before that
 * @param lost see {@link OutboxEntry#lostVersion}
 * @param missing whether the server has lost the row, which it gets back also if it was
 * not edited
 */
record Candidate(Object key, @Nullable String dirtyBase, boolean gone, RowVersions.@Nullable Known known,
		boolean quarantined, @Nullable String quarantineBase, long lost, boolean missing) {

	/**
	 * What {@link #map} reads, of {@code _sync_dirty AS d} joined with {@link #JOINS}.
	 */
	static final String COLUMNS = "d.key, d.base, d.gone, r.version, r.deleted, r.extra, r.absent, "
			+ "q.id IS NOT NULL, q.base, d.lost, coalesce(r.missing, 0)";

	static final int COLUMN_COUNT = 11;

	static final String JOINS = """
			 LEFT JOIN _sync_row AS r ON r.table_no = d.table_no AND r.key = d.key
			 LEFT JOIN _sync_quarantine AS q ON q.table_no = d.table_no AND q.key = d.key
			""";

	static Candidate map(ResultSet row) throws SQLException {
		return new Candidate(row.getObject(1), row.getString(2), row.getBoolean(3), RowVersions.Known.map(row, 4),
				row.getBoolean(8), row.getString(9), row.getLong(10), row.getBoolean(11));
	}

	/** Returns the version that the change builds on, 0 for none. */
	long expectedVersion() {
		long version = (this.known != null) ? this.known.version() : 0;
		return this.missing ? LostVersions.goOn(version) : version;
	}

	/** Returns the lost version; a change that was refused once is an edit. */
	long lostVersion() {
		if (this.known == null || !this.known.isLive()) {
			return 0;
		}
		return (this.quarantined && this.lost > 0) ? OutboxEntry.EDITED : this.lost;
	}

	/** Takes the row, and what was set aside of it, from the changes that wait. */
	void drop(PendingChanges pending, LocalTable table) throws SQLException {
		if (this.quarantined) {
			pending.drop(table, this.key);
		}
		else {
			pending.dropDirty(table, this.key);
		}
	}

	/** Returns the row before the change as text, null if it is not known. */
	@Nullable String base() {
		return this.quarantined ? this.quarantineBase : this.dirtyBase;
	}

	/**
	 * Returns the row before the change, which may have saved only what it changed.
	 */
	@Nullable SyncRow before(SyncRow now) {
		String base = base();
		return (base != null) ? BaseImage.complete(base, now) : null;
	}

}
