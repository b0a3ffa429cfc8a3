/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.absorb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessRows;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.internal.stream.StreamEntry.Origin;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.Uuids;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows to a locked stream as changes that the server made.
 */
final class ServerEntries {

	/** The most rows that are read at a time. */
	private static final int MOST_ROWS = 200;

	/** After-images in memory before they are written. */
	private static final long MOST_BYTES = 4 * 1024 * 1024;

	private final TableCatalog catalog;

	private final SyncTables sync;

	private final BusinessRows businessRows;

	private final SyncActor actor;

	private final Stream locked;

	/** As handlers print values. */
	private final Map<String, String> settings;

	private final StatementBatch batch;

	/** With what was appended. */
	private Stream stream;

	private final List<StreamEntry> entries = new ArrayList<>();

	private final Map<RowKey, RowState> states = new LinkedHashMap<>();

	private final Set<RowKey> written = new HashSet<>();

	private final Map<TableName, Set<String>> deviceColumns = new HashMap<>();

	private long bytes;

	private long serverId;

	private long changeId;

	ServerEntries(TableCatalog catalog, SyncTables sync, BusinessRows businessRows, Stream locked, SyncActor actor,
			Map<String, String> settings) {
		this.catalog = catalog;
		this.sync = sync;
		this.businessRows = businessRows;
		this.actor = actor;
		this.locked = locked;
		this.stream = locked;
		this.settings = settings;
		this.batch = sync.streams().batch();
		this.serverId = locked.head().serverId();
		this.changeId = locked.sources().serverChanges();
	}

	/**
	 * Appends what is not as the stream has it.
	 * @return the stream as it is now
	 */
	Stream append(RowSelection selection, Deadline deadline) {
		appendUpserts(selection, deadline);
		for (RowKey row : childrenFirst(selection)) {
			RowState before = selection.state(row);
			append(row, Operation.DELETE, before, null, before.imageServerId());
		}
		flush();
		if (this.stream != this.locked) {
			this.sync.streams().advance(this.batch, this.actor, this.locked, this.stream);
			this.batch.execute();
			if (this.locked.hasFailures()) {
				// the table has been written since a device's change failed there
				this.sync.failures().clear(this.stream.id(), this.written);
			}
		}
		return this.stream;
	}

	private void appendUpserts(RowSelection selection, Deadline deadline) {
		List<RowKey> rows = selection.upserts();
		int from = 0;
		while (from < rows.size()) {
			deadline.check();
			long size = selection.bytes(rows.get(from));
			int to = from + 1;
			while (to < rows.size() && to - from < MOST_ROWS && rows.get(to).table().equals(rows.get(from).table())
					&& size + selection.bytes(rows.get(to)) <= MOST_BYTES) {
				size += selection.bytes(rows.get(to));
				to++;
			}
			append(selection, rows.subList(from, to));
			from = to;
		}
	}

	private void append(RowSelection selection, List<RowKey> rows) {
		SyncedTable table = this.catalog.get(rows.get(0).table());
		Map<UUID, Optional<Payload>> last = readLast(selection, rows);
		Set<String> deviceColumns = this.deviceColumns.computeIfAbsent(table.name(),
				(name) -> this.sync.deviceColumns()
					.find(this.stream.id(), List.of(table))
					.getOrDefault(name, Set.of()));
		Set<UUID> compared = rows.stream()
			.filter(selection.compared()::contains)
			.map(RowKey::pk)
			.collect(Collectors.toSet());
		Map<UUID, BusinessRows.Image> images = this.businessRows.render(table, this.stream.owner(), last, deviceColumns,
				compared, this.settings);
		for (RowKey row : rows) {
			BusinessRows.Image image = images.get(row.pk());
			if (image == null || !image.references().equals(selection.references(row))) {
				// written again a moment ago, so it waits in the queue again
				continue;
			}
			RowState before = selection.state(row);
			Payload payload = image.changed();
			if (payload == null && !before.isLive()) {
				payload = last.getOrDefault(row.pk(), Optional.empty()).orElse(null);
			}
			if (payload != null) {
				append(row, before.isLive() ? Operation.UPDATE : Operation.INSERT, before, payload, 0);
			}
		}
	}

	private Map<UUID, Optional<Payload>> readLast(RowSelection selection, Collection<RowKey> rows) {
		Map<UUID, Optional<Payload>> last = new LinkedHashMap<>();
		Map<Long, UUID> byServerId = new HashMap<>();
		for (RowKey row : rows) {
			last.put(row.pk(), Optional.empty());
			long image = selection.state(row).imageServerId();
			if (image > 0) {
				byServerId.put(image, row.pk());
			}
		}
		if (!byServerId.isEmpty()) {
			this.sync.changes().payloads().read(this.stream.id(), byServerId.keySet(), (image, payload) -> {
				UUID row = byServerId.get(image);
				if (row != null) {
					last.put(row, Optional.ofNullable(payload));
				}
			});
		}
		return last;
	}

	private void append(RowKey row, Operation op, RowState before, @Nullable Payload payload, long image) {
		this.serverId++;
		this.changeId++;
		long version = before.isKnown() ? before.version() + 1 : this.locked.expiredVersion() + 1;
		this.entries.add(new StreamEntry(this.serverId, new Origin(true, this.changeId), row, op, version, payload));
		this.states.put(row, new RowState(version, op == Operation.DELETE, this.serverId,
				(payload != null) ? this.serverId : image));
		this.bytes += (payload != null) ? payload.utf8().length : 0;
		this.written.add(row);
		if (this.bytes >= MOST_BYTES) {
			flush();
		}
	}

	private void flush() {
		if (this.entries.isEmpty()) {
			return;
		}
		this.stream = this.stream.append(this.entries);
		this.sync.changes().append(this.batch, this.stream, List.copyOf(this.entries));
		this.sync.rowVersions().save(this.batch, this.stream.id(), Map.copyOf(this.states));
		this.batch.execute();
		this.entries.clear();
		this.states.clear();
		this.bytes = 0;
	}

	/**
	 * Sorts rows that end. Those of tables that refer to one another in a circle are
	 * looked up in their last after-images, since their tables do not have them any more.
	 */
	private List<RowKey> childrenFirst(RowSelection selection) {
		List<RowKey> rows = new ArrayList<>(selection.deletes());
		rows.sort(Comparator.comparingInt((row) -> this.catalog.rank(row.table())));
		Map<RowKey, List<RowKey>> parents = new HashMap<>();
		Set<RowKey> ending = Set.copyOf(rows);
		Map<SyncedTable, List<RowKey>> circular = new LinkedHashMap<>();
		for (RowKey row : rows) {
			SyncedTable table = this.catalog.get(row.table());
			if (table.references().stream().anyMatch((foreignKey) -> isCircular(foreignKey))) {
				circular.computeIfAbsent(table, (key) -> new ArrayList<>()).add(row);
			}
		}
		circular.forEach((table, members) -> readLast(selection, members)
			.forEach((key, payload) -> parents.put(new RowKey(table.name(), key),
					payload.map((image) -> parents(table, image, ending)).orElse(List.of()))));
		List<RowKey> sorted = DependencyOrder.sort(rows, (row) -> parents.getOrDefault(row, List.of()));
		List<RowKey> reversed = new ArrayList<>(sorted);
		Collections.reverse(reversed);
		return reversed;
	}

	private boolean isCircular(ForeignKey foreignKey) {
		return this.catalog.rank(foreignKey.parent()) == this.catalog.rank(foreignKey.child());
	}

	private static List<RowKey> parents(SyncedTable table, Payload image, Set<RowKey> ending) {
		ColumnNames names = table.names();
		Map<String, JsonValue> values = names.byColumn(PayloadMembers.read(image.utf8(), (member) -> {
			String column = names.find(member);
			return table.references().stream().anyMatch((foreignKey) -> foreignKey.column().equals(column));
		}));
		List<RowKey> parents = new ArrayList<>();
		for (ForeignKey foreignKey : table.references()) {
			JsonValue value = values.get(foreignKey.column());
			UUID parent = (value != null && value.type() == JsonValue.Type.STRING) ? Uuids.parseValue(value.text())
					: null;
			RowKey row = (parent != null) ? new RowKey(foreignKey.parent(), parent) : null;
			if (row != null && ending.contains(row)) {
				parents.add(row);
			}
		}
		return parents;
	}

}
