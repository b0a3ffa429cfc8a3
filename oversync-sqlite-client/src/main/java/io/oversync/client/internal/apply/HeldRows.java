/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.client.HeldRow;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.SqlText;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.HeldRowReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalTable.Unique;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Shows rows of the server that a local constraint keeps out. Those that only wait for
 * the answer to an upload are none of them.
 */
public final class HeldRows {

	/** The greatest number of rows in the way that are named for each constraint. */
	private static final int NAMED = 10;

	private static final String SELECT = "SELECT table_no, key, pk, payload, reason, since FROM _sync_held"
			+ " WHERE reason <> '" + ServerRowApplier.UNANSWERED + "'";

	private final Database database;

	private final LocalTables tables;

	public HeldRows(ClientStore store) {
		this.database = store.database();
		this.tables = store.tables();
	}

	public List<HeldRow> list() throws SQLException {
		return read(SELECT);
	}

	public boolean hasUntold() throws SQLException {
		return this.database.number("SELECT EXISTS (" + SELECT + " AND told = 0)") > 0;
	}

	/** Returns those that were not told yet, which they are now. */
	public List<HeldRow> untold() throws SQLException {
		List<HeldRow> rows = read(SELECT + " AND told = 0");
		this.database.update("UPDATE _sync_held SET told = 1 WHERE told = 0 AND reason <> ?",
				ServerRowApplier.UNANSWERED);
		return rows;
	}

	private List<HeldRow> read(String sql) throws SQLException {
		List<HeldRow> rows = new ArrayList<>();
		for (Held held : this.database.query(sql + " ORDER BY rowid", this::map)) {
			rows.add(new HeldRowReport(held.table.name(), held.pk, held.row, held.reason, inTheWay(held), held.since));
		}
		return rows;
	}

	private @Nullable Held map(ResultSet row) throws SQLException {
		LocalTable table = this.tables.byNo(row.getLong(1));
		if (table == null) {
			return null;
		}
		Object key = row.getObject(2);
		String payload = row.getString(4);
		return new Held(table, key, row.getString(3),
				(payload != null) ? PayloadCodec.read(table, key, RowPayload.parse(payload)) : null, row.getString(5),
				Instant.ofEpochMilli(row.getLong(6)));
	}

	private List<String> inTheWay(Held held) throws SQLException {
		Set<String> keys = new LinkedHashSet<>();
		SyncRow row = held.row;
		if (row != null) {
			for (Unique unique : held.table.uniques()) {
				List<@Nullable Object> values = new ArrayList<>();
				unique.columns().forEach((part) -> values.add(row.get(part.column())));
				if (!values.contains(null)) {
					values.add(held.key);
					keys.addAll(this.database.query(sameValues(held.table, unique),
							(other) -> String.valueOf(UuidKeys.uuid(other.getObject(1))), values.toArray()));
				}
			}
		}
		return List.copyOf(keys);
	}

	private static String sameValues(LocalTable table, Unique unique) {
		String same = unique.columns()
			.stream()
			.map((part) -> SqlText.name(part.column()) + " = ? COLLATE " + SqlText.name(part.collation()))
			.collect(Collectors.joining(" AND "));
		String key = table.key().quoted();
		return "SELECT " + key + " FROM " + table.quoted() + " WHERE " + same + " AND " + key + " <> ? LIMIT " + NAMED;
	}

	/** A row that is held. */
	private record Held(LocalTable table, Object key, String pk, @Nullable SyncRow row, String reason, Instant since) {
	}

}
