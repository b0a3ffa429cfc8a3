/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Keys of rows, in a table and on the wire.
 */
final class Keys {

	private static final Pattern UUID_TEXT = Pattern
		.compile("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}");

	/** The tables that hold keys as the application's table does. */
	static final List<String> BOOKKEEPING = List.of("_sync_row", "_sync_held", "_sync_dirty", "_sync_outbox",
			"_sync_quarantine", "_sync_lost", "_sync_staged", "_sync_image");

	private static final int UUID_BYTES = 16;

	private static final int BARE_LENGTH = 32;

	private static final int DASHED_LENGTH = 36;

	private final Database database;

	/** Tables with unusual spellings: mostly none, which spares a query for each row. */
	private final Map<Long, Boolean> spelled = new HashMap<>();

	private long spelledAsOf;

	Keys(Database database) {
		this.database = database;
	}

	/** Returns the dashed UUID in lower case, or null if the key is no UUID. */
	static @Nullable String uuid(@Nullable Object key) {
		if (key instanceof byte[] bytes) {
			if (bytes.length != UUID_BYTES) {
				return null;
			}
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			return new UUID(buffer.getLong(), buffer.getLong()).toString();
		}
		if (key instanceof String usual && isUsual(usual)) {
			return usual;
		}
		if (!(key instanceof String text) || (text.length() != BARE_LENGTH && text.length() != DASHED_LENGTH)
				|| !UUID_TEXT.matcher(text).matches()) {
			return null;
		}
		String digits = text.replace("-", "");
		return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16))
			.toString();
	}

	/** Whether a text is a dashed UUID in lower case already, as nearly all are. */
	private static boolean isUsual(String text) {
		if (text.length() != DASHED_LENGTH) {
			return false;
		}
		for (int i = 0; i < DASHED_LENGTH; i++) {
			char c = text.charAt(i);
			boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
			if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
				return false;
			}
		}
		return true;
	}

	static byte[] bytes(String uuid) {
		UUID value = UUID.fromString(uuid);
		return ByteBuffer.allocate(UUID_BYTES)
			.putLong(value.getMostSignificantBits())
			.putLong(value.getLeastSignificantBits())
			.array();
	}

	/**
	 * Returns the key that a row of the server has, or gets, in the local table.
	 * @param pk a UUID
	 * @param spelled the key in the payload, whose spelling foreign keys may rely on
	 */
	Object local(LocalTable table, String pk, @Nullable Object spelled) throws SQLException {
		String uuid = uuid(pk);
		if (uuid == null) {
			throw new ServerException(200, "", "The server sent a row of " + table.serverSchema() + "."
					+ table.serverTable() + " whose key is no UUID: it does not speak this protocol", null);
		}
		Object known = spelling(table, uuid);
		if (known != null) {
			return known;
		}
		if (table.hasBlobKey()) {
			return bytes(uuid);
		}
		if (spelled instanceof String text && !text.equals(uuid) && uuid.equals(uuid(text)) && !exists(table, uuid)) {
			spell(table, uuid, text);
			return text;
		}
		return uuid;
	}

	@Nullable Object spelling(LocalTable table, String uuid) throws SQLException {
		if (!hasSpellings(table)) {
			return null;
		}
		return this.database.first("SELECT key FROM _sync_spelling WHERE table_no = ? AND pk = ?",
				(row) -> row.getObject(1), table.no(), uuid);
	}

	private boolean hasSpellings(LocalTable table) throws SQLException {
		if (this.spelledAsOf != this.database.transaction()) {
			this.spelled.clear();
			this.spelledAsOf = this.database.transaction();
		}
		Boolean has = this.spelled.get(table.no());
		if (has == null) {
			has = this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_spelling WHERE table_no = ?)",
					table.no()) > 0;
			this.spelled.put(table.no(), has);
		}
		return has;
	}

	void spell(LocalTable table, String uuid, Object key) throws SQLException {
		this.spelled.put(table.no(), true);
		this.database.update("INSERT OR REPLACE INTO _sync_spelling (table_no, pk, key) VALUES (?, ?, ?)", table.no(),
				uuid, key);
	}

	/** Moves what is known of a row along with its key. */
	void move(LocalTable table, Object before, Object key) throws SQLException {
		for (String bookkeeping : BOOKKEEPING) {
			this.database.update("UPDATE OR REPLACE " + bookkeeping + " SET key = ? WHERE table_no = ? AND key = ?",
					key, table.no(), before);
		}
	}

	static boolean isSame(Object key, Object other) {
		return Objects.deepEquals(key, other);
	}

	boolean exists(LocalTable table, Object key) throws SQLException {
		String column = table.key().quoted();
		// the column's own collation may take another spelling for this one
		return this.database.number("SELECT count(*) FROM " + table.quoted() + " WHERE " + column + " = ? AND " + column
				+ " = ? COLLATE BINARY", key, key) > 0;
	}

}
