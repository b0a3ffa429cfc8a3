package io.oversync.client;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.client.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Members of the server's rows that a table could not hold are kept and sent back as they
 * came: those that it had no column for, until it gets one, and decimals that SQLite
 * rounds.
 */
final class ExtraMembers {

	private ExtraMembers() {
	}

	/**
	 * Moves kept members into columns that have been added, before triggers watch them.
	 */
	static void adopt(Database database, LocalTable table) throws SQLException {
		List<Kept> rows = database.query("SELECT key, extra FROM _sync_row WHERE table_no = ? AND extra IS NOT NULL",
				(row) -> new Kept(row.getObject(1), Payload.parse(row.getString(2))), table.no());
		for (Kept row : rows) {
			adopt(database, table, row);
		}
	}

	private static void adopt(Database database, LocalTable table, Kept row) throws SQLException {
		Map<String, @Nullable Object> left = new LinkedHashMap<>();
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (Map.Entry<String, @Nullable Object> member : row.extra.members().entrySet()) {
			LocalColumn column = table.column(member.getKey());
			if (column != null && !PayloadCodec.isRounded(column, member.getValue())) {
				values.put(member.getKey(), PayloadCodec.value(column, member.getValue()));
			}
			else {
				left.put(member.getKey(), member.getValue());
			}
		}
		if (values.isEmpty()) {
			return;
		}
		boolean changed = database.number("SELECT count(*) FROM _sync_dirty WHERE table_no = ? AND key = ?", table.no(),
				row.key) > 0;
		for (Map.Entry<String, @Nullable Object> value : values.entrySet()) {
			String column = Sql.name(value.getKey());
			// what was written here since the column was added stays
			database.update("UPDATE " + table.quoted() + " SET " + column + " = ? WHERE " + table.key().quoted()
					+ " = ?" + (changed ? " AND " + column + " IS NULL" : ""), value.getValue(), row.key);
		}
		database.update("UPDATE _sync_row SET extra = ? WHERE table_no = ? AND key = ?",
				left.isEmpty() ? null : new Payload(left).toJson(), table.no(), row.key);
	}

	/** What is kept of a row. */
	private record Kept(Object key, Payload extra) {
	}

}
