/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.absorb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.DeviceColumnStore;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.TableName;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Learns from uploads which columns the devices of a user have: what the application
 * writes into these is for devices, also in rows that a device without them has sent.
 * Columns are only ever added.
 */
final class DeviceColumns {

	/** Streams whose columns are kept in memory. */
	private static final int MOST = 10_000;

	private final DeviceColumnStore store;

	/** What is committed, of the streams that were used last. */
	private final Map<Long, Map<TableName, Set<String>>> known = new LinkedHashMap<>(16, 0.75f, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<Long, Map<TableName, Set<String>>> eldest) {
			return size() > MOST;
		}

	};

	DeviceColumns(DeviceColumnStore store) {
		this.store = store;
	}

	/**
	 * Notes columns that devices have, under the lock of their stream.
	 * @param streamId the stream
	 * @param payloads what a device sends, by table
	 * @param captured the tables that count
	 * @return tables that have rows of devices without a column that this one has
	 */
	List<SyncedTable> note(long streamId, Map<TableName, List<Payload>> payloads, CapturedTables captured) {
		Map<TableName, Set<String>> known = known(streamId);
		Map<SyncedTable, Set<String>> sent = new LinkedHashMap<>();
		for (SyncedTable table : captured.tables()) {
			Set<String> columns = columns(table, payloads.getOrDefault(table.name(), List.of()),
					known.getOrDefault(table.name(), Set.of()));
			if (!columns.isEmpty()) {
				sent.put(table, columns);
			}
		}
		return sent.isEmpty() ? List.of() : add(streamId, sent);
	}

	private List<SyncedTable> add(long streamId, Map<SyncedTable, Set<String>> sent) {
		Map<TableName, Set<String>> stored = this.store.find(streamId, sent.keySet());
		Map<TableName, Set<String>> noted = new HashMap<>(stored);
		List<SyncedTable> grown = new ArrayList<>();
		sent.forEach((table, columns) -> {
			Set<String> before = stored.getOrDefault(table.name(), Set.of());
			Set<String> now = new HashSet<>(before);
			if (now.addAll(columns)) {
				this.store.put(streamId, table, now);
				noted.put(table.name(), now);
				if (!before.isEmpty()) {
					grown.add(table);
				}
			}
		});
		rememberAfterCommit(streamId, noted);
		return grown;
	}

	/** Returns the columns of payloads, but for those that are known. */
	private static Set<String> columns(SyncedTable table, List<Payload> payloads, Set<String> known) {
		Set<String> unknown = new HashSet<>();
		for (Column column : table.columns()) {
			if (!known.contains(column.name())) {
				unknown.add(column.name());
			}
		}
		Set<String> found = new HashSet<>();
		ColumnNames names = table.names();
		for (Payload payload : payloads) {
			if (found.size() == unknown.size()) {
				break;
			}
			PayloadMembers.read(payload.utf8(), (member) -> {
				String column = names.find(member);
				if (column != null && unknown.contains(column)) {
					found.add(column);
				}
				return false;
			});
		}
		return found;
	}

	private Map<TableName, Set<String>> known(long streamId) {
		synchronized (this.known) {
			return this.known.getOrDefault(streamId, Map.of());
		}
	}

	private void rememberAfterCommit(long streamId, Map<TableName, Set<String>> noted) {
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					remember(streamId, noted);
				}

			});
		}
	}

	/** Columns are only added, so an older note of another transaction is no harm. */
	private void remember(long streamId, Map<TableName, Set<String>> noted) {
		synchronized (this.known) {
			Map<TableName, Set<String>> all = new HashMap<>(this.known.getOrDefault(streamId, Map.of()));
			all.putAll(noted);
			this.known.put(streamId, Map.copyOf(all));
		}
	}

}
