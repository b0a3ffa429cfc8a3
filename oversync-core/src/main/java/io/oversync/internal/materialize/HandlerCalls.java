/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.BlockSize;
import io.oversync.internal.store.PayloadReader;
import io.oversync.internal.store.RowVersionStore;
import io.oversync.internal.store.TableIds;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Passes rows to a handler, a few megabytes at a time. After-images that are in the
 * stream only are read from there.
 */
final class HandlerCalls {

	private static final long MOST_BYTES = 8 * 1024 * 1024;

	private static final Payload NOTHING = Payload.of("{}");

	private final RowVersionStore rowVersions;

	private final PayloadReader payloads;

	private final TransactionMarks marks;

	HandlerCalls(DataSource dataSource, TableCatalog catalog, TransactionMarks marks) {
		this.rowVersions = new RowVersionStore(dataSource, TableIds.of(catalog));
		this.payloads = new PayloadReader(dataSource);
		this.marks = marks;
	}

	/**
	 * Has rows deleted.
	 * @param handler of their table
	 * @param owner the owner
	 * @param writes the rows
	 */
	void delete(MaterializationHandler handler, Owner owner, List<BusinessWrite> writes) {
		MaterializationHandlers.call(handler, writes.stream().map((write) -> row(owner, write, null)).toList(), true,
				this.marks);
	}

	/**
	 * Has rows written.
	 * @param handler of their table
	 * @param owner the owner
	 * @param table the table
	 * @param writes the rows
	 */
	void upsert(MaterializationHandler handler, Owner owner, SyncedTable table, List<BusinessWrite> writes) {
		List<MaterializedRow> rows = new ArrayList<>();
		Map<RowKey, Payload> read = new HashMap<>();
		BlockSize size = new BlockSize();
		long bytes = 0;
		for (int i = 0; i < writes.size(); i++) {
			BusinessWrite write = writes.get(i);
			Payload payload = (write.payload() != null) ? write.payload() : read.remove(write.row());
			if (payload == null || (bytes + payload.utf8().length > MOST_BYTES && !rows.isEmpty())) {
				call(handler, rows);
				bytes = 0;
			}
			if (payload == null) {
				read.putAll(read(owner, table, writes.subList(i, writes.size()), size));
				payload = read.remove(write.row());
			}
			if (payload == null) {
				payload = read(owner, table, List.of(write), size).getOrDefault(write.row(), NOTHING);
			}
			rows.add(row(owner, write, payload));
			bytes += payload.utf8().length;
		}
		call(handler, rows);
	}

	private void call(MaterializationHandler handler, List<MaterializedRow> rows) {
		if (!rows.isEmpty()) {
			MaterializationHandlers.call(handler, List.copyOf(rows), false, this.marks);
			rows.clear();
		}
	}

	/** Reads the next after-images, as many as fit into memory. */
	private Map<RowKey, Payload> read(Owner owner, SyncedTable table, List<BusinessWrite> next, BlockSize size) {
		Set<UUID> keys = new LinkedHashSet<>();
		for (BusinessWrite write : next) {
			if (keys.size() == size.rows()) {
				break;
			}
			if (write.payload() == null) {
				keys.add(write.row().pk());
			}
		}
		Map<Long, UUID> places = this.rowVersions.findLastChanges(owner.streamId(), table.name(), keys);
		Map<RowKey, Payload> read = new HashMap<>();
		Map<Long, @Nullable Payload> block = this.payloads.readBlock(owner.streamId(), places.keySet());
		size.took(places.size(), block.size());
		block.forEach((serverId, payload) -> {
			UUID key = places.get(serverId);
			if (key != null && payload != null) {
				read.put(new RowKey(table.name(), key), payload);
			}
		});
		return read;
	}

	private static MaterializedRow row(Owner owner, BusinessWrite write, @Nullable Payload payload) {
		return new MaterializedRow(owner.userId(), write.row().table(), write.row().pk(), write.version(),
				(payload != null) ? payload.text() : null);
	}

}
