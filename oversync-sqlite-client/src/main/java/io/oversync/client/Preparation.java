package io.oversync.client;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Brings tables, bookkeeping and triggers together when a client is opened: whatever
 * happened while nobody watched is pending afterwards.
 */
final class Preparation {

	private final Database database;

	Preparation(Database database) {
		this.database = database;
	}

	/**
	 * Prepares the tables, within a transaction.
	 * @param listed the tables to be synced
	 * @param schema the server's schema of those that name none
	 */
	Tables prepare(List<SyncTable> listed, String schema) throws SQLException {
		TableReader reader = new TableReader(this.database);
		List<LocalTable> tables = new ArrayList<>();
		for (SyncTable table : listed) {
			tables.add(reader.read(table, schema));
		}
		Tables synced = new Tables(tables);
		String numbers = tables.stream().map((table) -> String.valueOf(table.no())).collect(Collectors.joining(", "));
		long known = this.database
			.number("SELECT count(*) FROM _sync_table WHERE listed = 1 AND table_no IN (" + numbers + ")");
		if (known < tables.size()) {
			// the server's rows of the others may have been passed over
			this.database.update("UPDATE _sync_state SET cursor = 0, own_cursor = 0, accounted = 0, hydrated = 0");
			Hydrator.abandon(this.database, "hydrate_until IS NOT NULL");
		}
		UnlistedTables.clean(this.database, tables);
		this.database.update("UPDATE _sync_table SET listed = table_no IN (" + numbers + ")");
		PendingChanges pending = new PendingChanges(this.database);
		for (LocalTable table : tables) {
			refuseNullKeys(table);
			ExtraMembers.adopt(this.database, table);
			switch (new CaptureTriggers(table).install(this.database)) {
				case COMPLETE -> {
				}
				case OUTDATED -> pending.markVanished(table);
				// all of it may have changed
				case MISSING -> pending.markAll(table);
			}
		}
		return synced;
	}

	private void refuseNullKeys(LocalTable table) throws SQLException {
		long rows = this.database
			.number("SELECT count(*) FROM " + table.quoted() + " WHERE " + table.key().quoted() + " IS NULL");
		if (rows > 0) {
			throw new SyncSetupException("The key '" + table.key().name() + "' of the table '" + table.name()
					+ "' is NULL in " + rows + " rows, which could not be synced: give them UUIDs");
		}
	}

}
