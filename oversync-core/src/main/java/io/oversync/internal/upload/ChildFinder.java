/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.DeleteRule;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.upload.plan.Child;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.TableName;
import io.oversync.protocol.Uuids;

/**
 * Finds the rows that refer to rows which may be deleted, and to those that would be
 * deleted with them, level by level. Children are read from the business table; those
 * that it lacks, since their table is not materialised or their write failed, from their
 * payloads.
 */
final class ChildFinder {

	private final TableCatalog catalog;

	private final BusinessTables businessTables;

	private final SyncTables tables;

	ChildFinder(TableCatalog catalog, BusinessTables businessTables, SyncTables tables) {
		this.catalog = catalog;
		this.businessTables = businessTables;
		this.tables = tables;
	}

	/**
	 * Finds children.
	 * @param owner the user
	 * @param deleted the rows that may be deleted
	 * @param hasFailures whether rows of the user are missing in their business tables
	 * @return the children of each row that has some
	 */
	Map<RowKey, List<Child>> find(Owner owner, Collection<RowKey> deleted, boolean hasFailures) {
		Map<RowKey, List<Child>> children = new HashMap<>();
		Set<RowKey> met = new HashSet<>(deleted);
		Collection<RowKey> level = deleted;
		// read once, however deep the levels go
		Map<TableName, Unwritten> unwritten = new HashMap<>();
		while (!level.isEmpty()) {
			List<RowKey> next = new ArrayList<>();
			Map<TableName, Set<UUID>> byTable = level.stream()
				.collect(Collectors.groupingBy(RowKey::table, Collectors.mapping(RowKey::pk, Collectors.toSet())));
			byTable.forEach((table, keys) -> {
				for (ForeignKey foreignKey : this.catalog.referencesTo(table)) {
					Unwritten others = unwritten.computeIfAbsent(foreignKey.child(),
							(name) -> readUnwritten(owner, name, hasFailures));
					find(owner, foreignKey, keys, others, (parent, pk) -> {
						RowKey child = new RowKey(foreignKey.child(), pk);
						List<Child> siblings = children.computeIfAbsent(new RowKey(table, parent),
								(key) -> new ArrayList<>());
						siblings.add(new Child(foreignKey, child));
						if (foreignKey.deleteRule() == DeleteRule.CASCADE && met.add(child)) {
							next.add(child);
						}
					});
				}
			});
			level = next;
		}
		return children;
	}

	private void find(Owner owner, ForeignKey foreignKey, Set<UUID> parents, Unwritten unwritten,
			BiConsumer<UUID, UUID> sink) {
		for (UUID parent : parents) {
			unwritten.childrenOf(parent, foreignKey).forEach((pk) -> sink.accept(parent, pk));
		}
		if (this.catalog.get(foreignKey.child()).materialized()) {
			this.businessTables.findChildren(foreignKey, owner, parents, (parent, pk) -> {
				// what the business table holds of the others is outdated
				if (!unwritten.rows.contains(pk)) {
					sink.accept(parent, pk);
				}
			});
		}
	}

	private Unwritten readUnwritten(Owner owner, TableName name, boolean hasFailures) {
		SyncedTable table = this.catalog.get(name);
		Unwritten unwritten = new Unwritten(table);
		if (!table.materialized()) {
			this.tables.changes().readLiveRows(owner.streamId(), name, unwritten::add);
		}
		else if (hasFailures) {
			List<UUID> failed = this.tables.failures().findFailedRows(owner.streamId(), name);
			unwritten.rows.addAll(failed);
			readImages(owner, failed.stream().map((pk) -> new RowKey(name, pk)).toList(), unwritten);
		}
		return unwritten;
	}

	private void readImages(Owner owner, List<RowKey> rows, Unwritten unwritten) {
		Map<Long, RowKey> byServerId = new HashMap<>();
		this.tables.rowVersions().read(owner.streamId(), rows).forEach((row, state) -> {
			if (state.isLive()) {
				byServerId.put(state.imageServerId(), row);
			}
		});
		if (!byServerId.isEmpty()) {
			this.tables.changes().payloads().read(owner.streamId(), byServerId.keySet(), (serverId, payload) -> {
				RowKey row = byServerId.get(serverId);
				if (row != null && payload != null) {
					unwritten.add(row.pk(), payload);
				}
			});
		}
	}

	/** The rows of a table whose business table differs from the stream. */
	private static final class Unwritten {

		private final SyncedTable table;

		private final Set<UUID> rows = new HashSet<>();

		private final Map<ForeignKey, Map<UUID, List<UUID>>> children = new HashMap<>();

		Unwritten(SyncedTable table) {
			this.table = table;
		}

		void add(UUID pk, Payload payload) {
			Map<String, JsonValue> values = this.table.names()
				.byColumn(PayloadMembers.read(payload.utf8(), this::isReference));
			for (ForeignKey foreignKey : this.table.references()) {
				JsonValue value = values.get(foreignKey.column());
				UUID parent = (value != null && value.type() == JsonValue.Type.STRING) ? Uuids.parseValue(value.text())
						: null;
				if (parent != null) {
					this.children.computeIfAbsent(foreignKey, (key) -> new HashMap<>())
						.computeIfAbsent(parent, (key) -> new ArrayList<>(1))
						.add(pk);
				}
			}
		}

		private boolean isReference(String member) {
			String column = this.table.names().find(member);
			return this.table.references().stream().anyMatch((foreignKey) -> foreignKey.column().equals(column));
		}

		List<UUID> childrenOf(UUID parent, ForeignKey foreignKey) {
			return this.children.getOrDefault(foreignKey, Map.of()).getOrDefault(parent, List.of());
		}

	}

}
