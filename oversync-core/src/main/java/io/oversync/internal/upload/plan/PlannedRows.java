/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.ChangedImage;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry.Origin;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The user's rows while a batch is being planned: the facts, overlaid with the entries so
 * far. It changes only by appending entries, which it numbers.
 */
final class PlannedRows {

	private final UploadFacts facts;

	private final List<StreamEntry> entries = new ArrayList<>();

	private final Map<Long, ChangedImage> changedImages = new HashMap<>();

	private final List<Restore> restores = new ArrayList<>();

	private final Applications applications;

	private final Map<RowKey, RowState> touched = new LinkedHashMap<>();

	private final ReferenceGraph references;

	private long head;

	private long serverChanges;

	/**
	 * Starts with the facts.
	 * @param facts the database's state
	 * @param applications the applications of the batch, none so far
	 */
	PlannedRows(UploadFacts facts, Applications applications) {
		this.facts = facts;
		this.applications = applications;
		this.references = new ReferenceGraph(facts.children());
		this.head = facts.stream().head().serverId();
		this.serverChanges = facts.stream().sources().serverChanges();
	}

	/**
	 * Returns the applications of the batch so far.
	 * @return the applications, which the caller may add to
	 */
	Applications applications() {
		return this.applications;
	}

	/**
	 * Returns a row as it is now.
	 * @param key the row
	 * @return the row, {@link RowState#UNKNOWN} for one that the server never saw
	 */
	RowState row(RowKey key) {
		RowState row = this.touched.get(key);
		return (row != null) ? row : this.facts.row(key);
	}

	/**
	 * Returns whether a row may be referred to: it is live, or the business table shows
	 * it to the user and the batch did not delete it.
	 * @param key the row
	 * @return whether it exists as a parent
	 */
	boolean exists(RowKey key) {
		return row(key).isLive() || (this.facts.visible().contains(key) && !this.touched.containsKey(key));
	}

	/**
	 * Returns whether the batch deleted a row.
	 * @param key the row
	 * @return whether this batch deleted it
	 */
	boolean isDeletedByBatch(RowKey key) {
		RowState row = this.touched.get(key);
		return row != null && row.deleted();
	}

	/**
	 * Returns the current references between rows.
	 * @return the references, also those of rows that only the business table holds
	 */
	ReferenceGraph references() {
		return this.references;
	}

	/**
	 * Appends a change of the upload.
	 * @param change the change
	 * @param version the version that it produces
	 */
	void append(Change change, long version) {
		if (change.isByServer()) {
			append(byServer(change.row(), operation(change)).withPayload(change.payload()), change.references());
			return;
		}
		append(new StreamEntry(nextServerId(), new Origin(false, change.sourceChangeId()), change.row(), change.op(),
				version, change.payload()), change.references());
	}

	/**
	 * Deletes a row because its parent is deleted.
	 * @param row the row
	 */
	void cascade(RowKey row) {
		append(byServer(row, Operation.DELETE), List.of());
	}

	/**
	 * Changes references of a row because their parents are deleted.
	 * @param row the row
	 * @param changed the references as they are to be
	 */
	void unlink(RowKey row, List<Reference> changed) {
		RowState before = row(row);
		StreamEntry entry = byServer(row, Operation.UPDATE);
		ChangedImage earlier = this.changedImages.get(before.imageServerId());
		long base = (earlier != null) ? earlier.baseServerId() : before.imageServerId();
		Map<String, @Nullable String> keys = new LinkedHashMap<>((earlier != null) ? earlier.references() : Map.of());
		for (Reference reference : changed) {
			RowKey parent = reference.parent();
			keys.put(reference.foreignKey().column(), (parent != null) ? parent.pk().toString() : null);
		}
		this.changedImages.put(entry.serverId(), new ChangedImage(base, keys));
		append(entry, changed);
	}

	/**
	 * Appends a row once more, behind all entries.
	 * @param row a row whose deletes were refused
	 * @param baseVersions the versions that the deletes expected
	 * @param referencedBy rows that refer to it
	 */
	void restore(RowKey row, Set<Long> baseVersions, List<String> referencedBy) {
		RowState before = row(row);
		StreamEntry entry = byServer(row, Operation.UPDATE);
		this.restores
			.add(new Restore(entry, before.imageServerId(), new Refusal(baseVersions, entry.version(), referencedBy)));
		this.touched.put(row, new RowState(entry.version(), false, entry.serverId(), before.imageServerId()));
	}

	private Operation operation(Change change) {
		if (!change.op().isUpsert()) {
			return Operation.DELETE;
		}
		return row(change.row()).isLive() ? Operation.UPDATE : Operation.INSERT;
	}

	private StreamEntry byServer(RowKey row, Operation op) {
		this.serverChanges++;
		return new StreamEntry(nextServerId(), new Origin(true, this.serverChanges), row, op,
				VersionGate.next(row(row), this.facts.stream().expiredVersion()), null);
	}

	private long nextServerId() {
		this.head++;
		return this.head;
	}

	private void append(StreamEntry entry, List<Reference> said) {
		this.entries.add(entry);
		RowKey row = entry.row();
		boolean deleted = entry.op() == Operation.DELETE;
		long image = deleted ? row(row).imageServerId() : entry.serverId();
		RowState before = this.touched.put(row, new RowState(entry.version(), deleted, entry.serverId(), image));
		if (deleted) {
			this.references.detach(row);
		}
		else if (before != null && before.deleted()) {
			this.references.attach(row);
		}
		for (Reference reference : said) {
			this.references.refer(row, reference.foreignKey(), reference.parent());
		}
	}

	/**
	 * Returns the conflict of a change whose version does not match.
	 * @param key the row
	 * @return the conflict
	 */
	Outcome.Conflict conflict(RowKey key) {
		return new Outcome.Conflict(key, row(key));
	}

	List<StreamEntry> entries() {
		return this.entries;
	}

	Map<Long, ChangedImage> changedImages() {
		return this.changedImages;
	}

	List<Restore> restores() {
		return this.restores;
	}

	Map<RowKey, RowState> touched() {
		return this.touched;
	}

}
