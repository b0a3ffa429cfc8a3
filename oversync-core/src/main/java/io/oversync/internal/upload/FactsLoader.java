/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.stream.Application;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Child;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.Replays;
import io.oversync.internal.upload.plan.UploadFacts;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Locks the user's stream and loads all facts that the planner needs from the database.
 * The number of statements depends on the tables, not on the number of changes.
 */
final class FactsLoader {

	/**
	 * PostgreSQL may have to answer one statement while the next is still being sent: the
	 * buffers between the two hold this much.
	 */
	private static final int MAX_ROWS_TOGETHER = 1_000;

	private final TableCatalog catalog;

	private final SyncTables tables;

	private final BusinessTables businessTables;

	private final ChildFinder childFinder;

	private final Absorber absorber;

	FactsLoader(TableCatalog catalog, SyncTables tables, BusinessTables businessTables, Absorber absorber) {
		this.catalog = catalog;
		this.tables = tables;
		this.absorber = absorber;
		this.businessTables = businessTables;
		this.childFinder = new ChildFinder(catalog, businessTables, tables);
	}

	/**
	 * Locks the stream, which it makes on first use, and loads the facts.
	 * @param actor the uploading device
	 * @param changes the valid changes
	 * @param contents what their payloads mean
	 * @param deadline of the transaction
	 * @return the facts about the changes
	 */
	UploadFacts lockAndLoad(SyncActor actor, List<Change> changes, Contents contents, Deadline deadline) {
		Locked locked = absorb(lock(actor, changes, deadline), actor, changes, deadline);
		Stream stream = locked.stream;
		Map<RowKey, RowState> rows = locked.rows;
		Replays replays = RemovedApplications.find(stream, rows, changes, ReplayFinder.find(stream.id(),
				locked.applications, changes, this.tables.changes().payloads(), contents),
				this.tables.changes().payloads(), contents);
		List<Change> fresh = changes.stream()
			.filter((change) -> !replays.versions().containsKey(change.index()))
			.toList();
		Set<RowKey> parents = parents(fresh);
		Map<RowKey, List<Child>> children = loadChildren(stream, fresh);
		addRowsOf(children, stream, rows, parents);
		return new UploadFacts(stream, replays, rows, findVisible(stream.owner(), parents, rows), children,
				findRefusals(stream, fresh));
	}

	private Locked lock(SyncActor actor, List<Change> changes, Deadline deadline) {
		Locked locked = tryLock(this.tables.streams().likelyId(actor.userId()), actor, changes, deadline);
		if (locked == null) {
			// a new user, or one whose likely id another user's stream has
			locked = tryLock(this.tables.streams().findOrCreate(actor.userId()), actor, changes, deadline);
		}
		if (locked == null) {
			throw new IllegalStateException("The stream of the user vanished while it was being made");
		}
		return locked;
	}

	/**
	 * Locks the stream of an id and reads what nearly every upload needs of it, in one
	 * batch of statements unless the upload is large. Where the stream is not this
	 * user's, nothing that was read is used.
	 */
	private @Nullable Locked tryLock(long streamId, SyncActor actor, List<Change> changes, Deadline deadline) {
		Set<Long> ids = new LinkedHashSet<>();
		Set<RowKey> keys = new LinkedHashSet<>();
		for (Change change : changes) {
			if (change.sourceChangeId() > 0) {
				ids.add(change.sourceChangeId());
			}
			keys.add(change.row());
			keys.addAll(change.parents());
		}
		boolean together = keys.size() <= MAX_ROWS_TOGETHER;
		List<Stream> locked = new ArrayList<>(1);
		Map<Long, List<Application>> applications = new HashMap<>();
		Map<RowKey, RowState> rows = new HashMap<>();
		StatementBatch batch = this.tables.streams().batch();
		this.tables.streams().lock(batch, streamId, actor, deadline, locked::add);
		if (!together) {
			batch.execute();
		}
		this.tables.changes()
			.findApplications(batch, streamId, actor.sourceId(), ids,
					(id, applied) -> applications.computeIfAbsent(id, (key) -> new ArrayList<>()).add(applied));
		if (!together) {
			batch.execute();
		}
		this.tables.rowVersions().load(batch, streamId, List.copyOf(keys), rows::put);
		batch.execute();
		applications.values().forEach((applied) -> applied.sort(Comparator.comparingLong(Application::serverId)));
		return locked.isEmpty() ? null : new Locked(locked.get(0), applications, rows);
	}

	/**
	 * Brings what the application has written to the rows of the changes, to those that
	 * they refer to, and to those that may be deleted with them, into the stream: it came
	 * first.
	 */
	private Locked absorb(Locked locked, SyncActor actor, List<Change> changes, Deadline deadline) {
		if (!this.absorber.isBehind(locked.stream.backlog())) {
			return locked;
		}
		Set<RowKey> rows = parents(changes);
		changes.forEach((change) -> rows.add(change.row()));
		loadChildren(locked.stream, changes).values()
			.forEach((children) -> children.forEach((child) -> rows.add(child.row())));
		Set<TableName> ending = new HashSet<>();
		changes.stream()
			.filter((change) -> !change.op().isUpsert())
			.forEach((change) -> ending.add(change.row().table()));
		Stream stream = this.absorber.absorb(locked.stream, actor, rows, ending, deadline);
		return (stream.head().equals(locked.stream.head())) ? locked : new Locked(stream, locked.applications,
				this.tables.rowVersions().read(stream.id(), List.copyOf(rows)));
	}

	private static Set<RowKey> parents(List<Change> changes) {
		Set<RowKey> parents = new LinkedHashSet<>();
		changes.forEach((change) -> parents.addAll(change.parents()));
		return parents;
	}

	private Map<RowKey, Refusal> findRefusals(Stream stream, List<Change> changes) {
		Integer device = stream.sources().own();
		Set<RowKey> deleted = new LinkedHashSet<>();
		for (Change change : changes) {
			if (!change.op().isUpsert()) {
				deleted.add(change.row());
			}
		}
		return (stream.hasRestores() && device != null && !deleted.isEmpty())
				? this.tables.restores().find(stream.id(), device, deleted) : Map.of();
	}

	private Map<RowKey, List<Child>> loadChildren(Stream stream, List<Change> changes) {
		Set<RowKey> deleted = new LinkedHashSet<>();
		for (Change change : changes) {
			if (!change.op().isUpsert() && !this.catalog.referencesTo(change.row().table()).isEmpty()) {
				deleted.add(change.row());
			}
		}
		return deleted.isEmpty() ? Map.of() : this.childFinder.find(stream.owner(), deleted, stream.hasFailures());
	}

	/** Adds the states of children, and the rows that a SET DEFAULT would refer to. */
	private void addRowsOf(Map<RowKey, List<Child>> children, Stream stream, Map<RowKey, RowState> rows,
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
		rows.putAll(this.tables.rowVersions().read(stream.id(), List.copyOf(unknown)));
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

	/**
	 * The locked stream with the facts that nearly every upload needs.
	 *
	 * @param stream the stream
	 * @param applications of the ids of the changes, by id, in ascending order of
	 * server_id
	 * @param rows the state of the rows of the changes and of those that they refer to
	 */
	private record Locked(Stream stream, Map<Long, List<Application>> applications, Map<RowKey, RowState> rows) {
	}

}
