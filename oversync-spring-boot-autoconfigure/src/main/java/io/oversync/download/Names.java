package io.oversync.download;

import java.util.HashMap;
import java.util.Map;

import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.protocol.TableName;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The names of the tables and sources of one page of a stream, which are few: each is
 * looked up once, instead of being sent with every row.
 */
final class Names {

	// of tables that are no longer registered, too
	private static final String TABLE = "SELECT schema_name, table_name FROM sync.synced_table WHERE table_id = ?";

	private static final String SOURCE = "SELECT source_id FROM sync.source WHERE stream_id = ? AND source_no = ?";

	private final JdbcTemplate jdbc;

	private final Map<Integer, TableName> tables = new HashMap<>();

	private final long streamId;

	private final Map<Integer, String> sources = new HashMap<>();

	Names(JdbcTemplate jdbc, TableCatalog catalog, long streamId) {
		this.jdbc = jdbc;
		this.streamId = streamId;
		for (SyncedTable table : catalog.tables()) {
			this.tables.put(table.id(), table.name());
		}
	}

	TableName table(int tableId) {
		return this.tables.computeIfAbsent(tableId, (id) -> this.jdbc.queryForObject(TABLE,
				(resultSet, row) -> new TableName(resultSet.getString(1), resultSet.getString(2)), id));
	}

	String source(int sourceNo) {
		return this.sources.computeIfAbsent(sourceNo,
				(no) -> this.jdbc.queryForObject(SOURCE, String.class, this.streamId, no));
	}

}
