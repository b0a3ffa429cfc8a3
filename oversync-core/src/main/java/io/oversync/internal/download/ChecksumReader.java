/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.ChecksumStore.Found;
import io.oversync.internal.store.ChecksumStore.Sum;
import io.oversync.internal.store.ChecksumStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.UserReads;
import io.oversync.protocol.ChecksumRequest;
import io.oversync.protocol.Checksums;
import io.oversync.protocol.TableName;

/**
 * Reads checksums of a user's live rows (protocol §4.1).
 */
public final class ChecksumReader {

	private final ChecksumStore rows;

	/**
	 * Creates it.
	 * @param dataSource the application's database
	 * @param sync the sync schema
	 */
	public ChecksumReader(DataSource dataSource, SyncTables sync) {
		this.rows = new ChecksumStore(dataSource, sync.streams());
	}

	/**
	 * Reads the checksums of registered tables. If one has too many rows to be listed, no
	 * rows are: all sums are of one moment.
	 * @param userId the user's one id
	 * @param request the tables and the range of keys
	 * @param catalog the registered tables
	 * @param reads the database, in the user's turn
	 * @return the checksums
	 */
	public Checksums read(String userId, ChecksumRequest request, TableCatalog catalog, UserReads reads) {
		Map<TableName, Integer> tables = new TreeMap<>();
		for (SyncedTable table : catalog.tables()) {
			if (request.includes(table.name())) {
				tables.put(table.name(), table.id());
			}
		}
		List<Integer> ids = List.copyOf(tables.values());
		int most = ChecksumRequest.MOST_ENTRIES;
		Found found = reads.peek((deadline) -> {
			if (request.entries()) {
				Found listed = this.rows.entries(userId, request, ids, most + 1, deadline);
				if (ids.stream().allMatch((table) -> listed.sum(table).rows() <= most)) {
					return listed;
				}
			}
			return this.rows.sums(userId, request, ids, deadline);
		});
		List<Checksums.Table> sums = new ArrayList<>();
		tables.forEach((name, id) -> {
			Sum sum = found.sum(id);
			sums.add(new Checksums.Table(name, sum.rows(), sum.digest(), request.entries() ? sum.entries() : null));
		});
		return new Checksums(found.head(), sums);
	}

}
