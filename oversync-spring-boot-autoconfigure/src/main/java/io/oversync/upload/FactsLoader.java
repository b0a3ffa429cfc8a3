package io.oversync.upload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import io.oversync.catalog.DeleteRule;
import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.catalog.SyncedTable;
import io.oversync.catalog.TableCatalog;
import io.oversync.materialize.BusinessTables;
import io.oversync.materialize.Scope;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.TableName;
import io.oversync.store.ChangeStore;
import io.oversync.store.ChangeStore.AppliedChange;
import io.oversync.store.FailureStore;
import io.oversync.store.RowVersionStore;
import io.oversync.store.RowVersionStore.Address;
import io.oversync.store.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database, under the lock of the user's stream, all that the planner needs to
 * know. The number of statements depends on the tables, not on the number of changes.
 */
final class FactsLoader {

	private final TableCatalog catalog;

	private final Map<Integer, TableName> tableNames;

	private final ChangeStore changeStore;

	private final RowVersionStore rowVersions;

	private final BusinessTables businessTables;

	private final ChildFinder childFinder;

	FactsLoader(TableCatalog catalog, ChangeStore changeStore, RowVersionStore rowVersions, FailureStore failures,
			BusinessTables businessTables) {
		this.catalog = catalog;
		this.tableNames = catalog.tables().stream().collect(Collectors.toMap(SyncedTable::id, SyncedTable::name));
		this.changeStore = changeStore;
		this.rowVersions = rowVersions;
		this.businessTables = businessTables;
		this.childFinder = new ChildFinder(catalog, businessTables, changeStore, failures);
	}

	/**
	 * Loads the facts.
	 * @param scope the user
	 * @param stream the locked stream
	 * @param changes the valid changes
	 * @return what the planner needs to know about them
	 */
	UploadFacts load(Scope scope, Stream stream, List<Change> changes) {
		Map<Integer, Application> latest = new HashMap<>();
		Map<Integer, Long> replays = findReplays(stream, changes, latest);
		List<Change> fresh = changes.stream().filter((change) -> !replays.containsKey(change.index())).toList();
		Map<RowKey, RowState> rows = new HashMap<>();
		Set<RowKey> parents = new LinkedHashSet<>();
		Set<RowKey> involved = new LinkedHashSet<>();
		for (Change change : fresh) {
			involved.add(change.row());
			for (Reference reference : change.references()) {
				if (reference.parent() != null) {
					parents.add(reference.parent());
				}
			}
		}
		involved.addAll(parents);
		loadRows(stream, involved, rows);
		Map<RowKey, List<Child>> children = loadChildren(scope, stream, fresh, rows);
		Map<RowKey, String> images = new HashMap<>();
		loadUnlinkable(stream, children, rows, parents, images);
		return new UploadFacts(replays, latest, rows, findVisible(scope, parents, rows), children, images);
	}

	private Map<Integer, Long> findReplays(Stream stream, List<Change> changes, Map<Integer, Application> latest) {
		Map<Long, List<Change>> byId = changes.stream()
			.filter((change) -> change.sourceChangeId() > 0)
			.collect(Collectors.groupingBy(Change::sourceChangeId));
		Map<Integer, Long> replays = new HashMap<>();
		if (stream.sourceNo() == null || byId.isEmpty()) {
			return replays;
		}
		Map<Long, List<Candidate>> candidates = new HashMap<>();
		this.changeStore.findApplications(stream.sourceNo(), byId.keySet(), (id, applied) -> {
			Application application = application(applied);
			if (application == null) {
				return;
			}
			for (Change change : byId.getOrDefault(id, List.of())) {
				latest.put(change.index(), application);
				if (!application.matches(change)) {
					continue;
				}
				if (change.payload() == null) {
					replays.put(change.index(), application.version());
				}
				else {
					candidates.computeIfAbsent(application.serverId(), (serverId) -> new ArrayList<>())
						.add(new Candidate(change, application.version()));
				}
			}
		});
		if (!candidates.isEmpty()) {
			this.changeStore.readPayloads(stream.id(), candidates.keySet(), (serverId, payload) -> {
				for (Candidate candidate : candidates.getOrDefault(serverId, List.of())) {
					if (payload != null && candidate.hasContent(payload)) {
						replays.put(candidate.change.index(), candidate.version);
					}
				}
			});
		}
		return replays;
	}

	private @Nullable Application application(AppliedChange applied) {
		TableName table = this.tableNames.get(applied.tableId());
		return (table != null)
				? new Application(applied.serverId(), new RowKey(table, applied.pk()), applied.op(), applied.version())
				: null;
	}

	private void loadRows(Stream stream, Collection<RowKey> keys, Map<RowKey, RowState> rows) {
		if (keys.isEmpty()) {
			return;
		}
		this.rowVersions.load(stream.id(), List.copyOf(keys),
				(row) -> new Address(this.catalog.get(row.table()).id(), row.pk()), (row, version) -> rows.put(row,
						new RowState(version.version(), version.deleted(), version.lastImage())));
	}

	private Map<RowKey, List<Child>> loadChildren(Scope scope, Stream stream, List<Change> changes,
			Map<RowKey, RowState> rows) {
		Set<RowKey> deleted = new LinkedHashSet<>();
		for (Change change : changes) {
			if (!change.op().isUpsert() && !this.catalog.referencesTo(change.row().table()).isEmpty()) {
				deleted.add(change.row());
			}
		}
		if (deleted.isEmpty()) {
			return Map.of();
		}
		return this.childFinder.find(scope, deleted, stream.hasFailures(), (keys, sink) -> {
			Map<RowKey, RowState> states = new HashMap<>();
			loadRows(stream, keys, states);
			states.values().removeIf(RowState::deleted);
			readImages(stream, states, sink);
		});
	}

	private void loadUnlinkable(Stream stream, Map<RowKey, List<Child>> children, Map<RowKey, RowState> rows,
			Set<RowKey> parents, Map<RowKey, String> images) {
		Set<RowKey> unknown = new HashSet<>();
		Set<RowKey> unlinkable = new HashSet<>();
		children.values().stream().flatMap(List::stream).forEach((child) -> {
			ForeignKey foreignKey = child.foreignKey();
			unknown.add(child.row());
			if (foreignKey.deleteRule() == DeleteRule.SET_NULL || foreignKey.deleteRule() == DeleteRule.SET_DEFAULT) {
				unlinkable.add(child.row());
			}
			if (foreignKey.defaultKey() != null) {
				RowKey parent = new RowKey(foreignKey.parent(), foreignKey.defaultKey());
				parents.add(parent);
				unknown.add(parent);
			}
		});
		unknown.removeAll(rows.keySet());
		loadRows(stream, unknown, rows);
		Map<RowKey, RowState> states = new HashMap<>();
		for (RowKey row : unlinkable) {
			RowState state = rows.get(row);
			if (state != null && !state.deleted()) {
				states.put(row, state);
			}
		}
		readImages(stream, states, images::put);
	}

	private void readImages(Stream stream, Map<RowKey, RowState> states, BiConsumer<RowKey, String> sink) {
		Map<Long, RowKey> byServerId = new HashMap<>();
		states.forEach((row, state) -> byServerId.put(state.imageServerId(), row));
		if (!byServerId.isEmpty()) {
			this.changeStore.readPayloads(stream.id(), byServerId.keySet(), (serverId, payload) -> {
				RowKey row = byServerId.get(serverId);
				if (row != null && payload != null) {
					sink.accept(row, payload);
				}
			});
		}
	}

	private Set<RowKey> findVisible(Scope scope, Set<RowKey> parents, Map<RowKey, RowState> rows) {
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
				this.businessTables.findVisible(table, scope, keys)
					.forEach((key) -> visible.add(new RowKey(name, key)));
			}
		});
		return visible;
	}

	/**
	 * A change that was applied before if the content is the same.
	 *
	 * @param change the change
	 * @param version the version that the application produced
	 */
	private record Candidate(Change change, long version) {

		boolean hasContent(String payload) {
			return this.change.payload() != null && JsonText.sameContent(payload, this.change.payload().text());
		}

	}

}
