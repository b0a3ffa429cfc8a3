/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.store.ChangeStore.AppliedChange;
import io.oversync.internal.store.ChangeStore;
import io.oversync.internal.store.RestoreStore;
import io.oversync.internal.store.RowVersionStore.Address;
import io.oversync.internal.store.Stream;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.upload.plan.Application;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Child;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.Reference;
import io.oversync.internal.upload.plan.Refusal;
import io.oversync.internal.upload.plan.RowState;
import io.oversync.internal.upload.plan.UploadFacts;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database, under the lock of the user's stream, all that the planner needs to
 * know. The number of statements depends on the tables, not on the number of changes.
 */
final class FactsLoader {

	private final TableCatalog catalog;

	private final Map<Integer, TableName> tableNames;

	private final ChangeStore changeStore;

	private final StreamOpener opener;

	private final BusinessTables businessTables;

	private final RestoreStore restores;

	private final ChildFinder childFinder;

	FactsLoader(TableCatalog catalog, StreamOpener opener, UploadStores stores) {
		this.catalog = catalog;
		this.tableNames = catalog.tables().stream().collect(Collectors.toMap(SyncedTable::id, SyncedTable::name));
		this.changeStore = stores.changes();
		this.opener = opener;
		this.businessTables = stores.businessTables();
		this.restores = stores.restores();
		this.childFinder = new ChildFinder(catalog, stores.businessTables(), stores.changes(), stores.failures());
	}

	/**
	 * Loads the facts.
	 * @param owner the user
	 * @param opening the locked stream, with what is known of the changes
	 * @param changes the valid changes
	 * @param contents what their payloads mean
	 * @return what the planner needs to know about them
	 */
	UploadFacts load(Owner owner, Opening opening, List<Change> changes, Contents contents) {
		Stream stream = opening.stream();
		Replays found = Replays.find(opening, changes, this::application, this.changeStore.payloads(), contents);
		Map<Integer, Long> replays = found.versions();
		List<Change> fresh = changes.stream().filter((change) -> !replays.containsKey(change.index())).toList();
		Map<RowKey, RowState> rows = new HashMap<>(opening.rows());
		Set<RowKey> parents = new LinkedHashSet<>();
		for (Change change : fresh) {
			for (Reference reference : change.references()) {
				if (reference.parent() != null) {
					parents.add(reference.parent());
				}
			}
		}
		Map<RowKey, List<Child>> children = loadChildren(owner, stream, fresh);
		loadRowsOf(children, owner, rows, parents);
		return new UploadFacts(replays, found.latest(), rows, findVisible(owner, parents, rows), children,
				findRefusals(stream, fresh));
	}

	private @Nullable Application application(AppliedChange applied) {
		TableName table = this.tableNames.get(applied.tableId());
		return (table != null)
				? new Application(applied.serverId(), new RowKey(table, applied.pk()), applied.op(), applied.version())
				: null;
	}

	private Map<RowKey, Refusal> findRefusals(Stream stream, List<Change> changes) {
		Integer sourceNo = stream.sourceNo();
		if (!stream.hasRestores() || sourceNo == null) {
			return Map.of();
		}
		Map<Address, RowKey> deleted = new HashMap<>();
		for (Change change : changes) {
			if (!change.op().isUpsert()) {
				deleted.put(new Address(this.catalog.get(change.row().table()).id(), change.row().pk()), change.row());
			}
		}
		Map<RowKey, Refusal> refusals = new HashMap<>();
		if (!deleted.isEmpty()) {
			this.restores.find(stream.id(), sourceNo, deleted.keySet(), (address, restore) -> {
				RowKey row = deleted.get(address);
				if (row != null) {
					refusals.put(row, new Refusal(restore.baseVersions(), restore.version(), restore.referencedBy()));
				}
			});
		}
		return refusals;
	}

	private Map<RowKey, List<Child>> loadChildren(Owner owner, Stream stream, List<Change> changes) {
		Set<RowKey> deleted = new LinkedHashSet<>();
		for (Change change : changes) {
			if (!change.op().isUpsert() && !this.catalog.referencesTo(change.row().table()).isEmpty()) {
				deleted.add(change.row());
			}
		}
		if (deleted.isEmpty()) {
			return Map.of();
		}
		return this.childFinder.find(owner, deleted, stream.hasFailures(), (keys, sink) -> {
			Map<RowKey, RowState> states = this.opener.read(owner.streamId(), keys);
			states.values().removeIf(RowState::deleted);
			readImages(owner, states, sink);
		});
	}

	private void loadRowsOf(Map<RowKey, List<Child>> children, Owner owner, Map<RowKey, RowState> rows,
			Set<RowKey> parents) {
		Set<RowKey> unknown = new HashSet<>();
		children.values().stream().flatMap(List::stream).forEach((child) -> {
			ForeignKey foreignKey = child.foreignKey();
			unknown.add(child.row());
			if (foreignKey.defaultKey() != null) {
				RowKey parent = new RowKey(foreignKey.parent(), foreignKey.defaultKey());
				parents.add(parent);
				unknown.add(parent);
			}
		});
		unknown.removeAll(rows.keySet());
		rows.putAll(this.opener.read(owner.streamId(), List.copyOf(unknown)));
	}

	private void readImages(Owner owner, Map<RowKey, RowState> states, BiConsumer<RowKey, Payload> sink) {
		Map<Long, RowKey> byServerId = new HashMap<>();
		states.forEach((row, state) -> byServerId.put(state.imageServerId(), row));
		if (!byServerId.isEmpty()) {
			this.changeStore.payloads().read(owner.streamId(), byServerId.keySet(), (serverId, payload) -> {
				RowKey row = byServerId.get(serverId);
				if (row != null && payload != null) {
					sink.accept(row, payload);
				}
			});
		}
	}

	private Set<RowKey> findVisible(Owner owner, Set<RowKey> parents, Map<RowKey, RowState> rows) {
		Map<TableName, Set<UUID>> unknown = new HashMap<>();
		for (RowKey parent : parents) {
			RowState state = rows.get(parent);
			if (state == null || state.deleted()) {
				unknown.computeIfAbsent(parent.table(), (table) -> new HashSet<>()).add(parent.pk());
			}
		}
		Set<RowKey> visible = new HashSet<>();
		unknown.forEach((name, keys) -> {
			SyncedTable table = this.catalog.get(name);
			if (table.materialized()) {
				this.businessTables.findVisible(table, owner, keys)
					.forEach((key) -> visible.add(new RowKey(name, key)));
			}
		});
		return visible;
	}

}
