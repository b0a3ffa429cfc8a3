/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.store.ChangeRow;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.store.TableIds;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The names of the tables and sources of one page, which are few: each is looked up once,
 * instead of being sent with every row.
 */
final class Names {

	private final TableIds registered;

	private final SyncedTableStore tables;

	private final StreamStore streams;

	/** The tables that are no longer registered. */
	private final Map<Integer, TableName> others = new HashMap<>();

	private final Map<Integer, String> sources = new HashMap<>();

	/**
	 * Starts with the names of the registered tables.
	 * @param sync the sync schema
	 */
	Names(SyncTables sync) {
		this.registered = sync.ids();
		this.tables = sync.syncedTables();
		this.streams = sync.streams();
	}

	/**
	 * Looks up the names that are missing.
	 * @param streamId the stream
	 * @param known names of sources that were read with the rows
	 * @param rows rows of it
	 */
	void complete(long streamId, Map<Integer, String> known, List<ChangeRow> rows) {
		this.sources.putAll(known);
		Set<Integer> unknownTables = new LinkedHashSet<>();
		Set<Integer> unknownSources = new LinkedHashSet<>();
		for (ChangeRow row : rows) {
			if (find(row.tableId()) == null) {
				unknownTables.add(row.tableId());
			}
			if (!this.sources.containsKey(row.sourceNo())) {
				unknownSources.add(row.sourceNo());
			}
		}
		if (!unknownTables.isEmpty()) {
			this.others.putAll(this.tables.findNames(unknownTables));
		}
		if (!unknownSources.isEmpty()) {
			this.sources.putAll(this.streams.findSources(streamId, unknownSources));
		}
	}

	private @Nullable TableName find(int tableId) {
		TableName name = this.registered.nameOf(tableId);
		return (name != null) ? name : this.others.get(tableId);
	}

	/**
	 * Names the table and the source of a row.
	 * @param row a row whose names were looked up
	 * @return the change as the device gets it
	 */
	DownloadedChange change(ChangeRow row) {
		byte[] payload = row.payload();
		return new DownloadedChange(row.serverId(), require(find(row.tableId()), "table"), row.op(), row.pk(),
				(payload != null) ? new Payload(Payload.Kind.OBJECT, payload) : null, row.version(),
				require(this.sources.get(row.sourceNo()), "source"), row.sourceChangeId(), row.timestamp());
	}

	private static <T> T require(@Nullable T name, String what) {
		if (name == null) {
			throw new IllegalStateException("A change of the stream has a " + what + " without a name");
		}
		return name;
	}

}
