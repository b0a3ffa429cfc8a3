/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.upload.plan.UploadPlan.NewRowState;
import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The user's rows while a batch is being planned: what the database said, overlaid with
 * what the batch has done so far. Grows by stream entries only.
 */
final class PlannedRows {

	private final UploadFacts facts;

	private final List<StreamEntry> entries = new ArrayList<>();

	private final List<Restore> restores = new ArrayList<>();

	private final Applications applications;

	private final Map<RowKey, Row> touched = new LinkedHashMap<>();

	private final ReferenceGraph references;

	/**
	 * Starts with what the database said.
	 * @param facts what it said
	 * @param applications what the batch has applied so far: nothing
	 */
	PlannedRows(UploadFacts facts, Applications applications) {
		this.facts = facts;
		this.applications = applications;
		this.references = new ReferenceGraph(facts.children());
	}

	/**
	 * Returns what the batch has applied so far, by the device's own numbers.
	 * @return to be added to
	 */
	Applications applications() {
		return this.applications;
	}

	/**
	 * Returns a row as it is now.
	 * @param key the row
	 * @return the row, {@link Row#UNKNOWN} for one that the server never saw
	 */
	Row row(RowKey key) {
		Row row = this.touched.get(key);
		if (row != null) {
			return row;
		}
		RowState state = this.facts.row(key);
		return (state != null)
				? new Row(true, state.version(), state.deleted(), new Image(state.imageServerId(), null), -1)
				: Row.UNKNOWN;
	}

	/**
	 * Tells whether a row may be referred to: it is live, or the business table shows it
	 * to the user and the batch did not delete it.
	 * @param key the row
	 * @return whether it exists as a parent
	 */
	boolean exists(RowKey key) {
		return row(key).isLive() || (this.facts.visible().contains(key) && !this.touched.containsKey(key));
	}

	/**
	 * Tells whether the batch deleted a row.
	 * @param key the row
	 * @return whether it is gone by this batch
	 */
	boolean isDeletedByBatch(RowKey key) {
		Row row = this.touched.get(key);
		return row != null && row.deleted;
	}

	/**
	 * Returns which rows refer to which at this moment.
	 * @return the references, also those of rows that only the business table holds
	 */
	ReferenceGraph references() {
		return this.references;
	}

	/**
	 * Appends an entry to the stream.
	 * @param entry what happens
	 * @param said what its payload says about foreign keys
	 */
	void append(StreamEntry entry, List<Reference> said) {
		int index = this.entries.size();
		this.entries.add(entry);
		boolean deleted = entry.op() == Operation.DELETE;
		Image image = deleted ? row(entry.row()).image : new Image(0, index);
		Row before = this.touched.put(entry.row(), new Row(true, entry.version(), deleted, image, index));
		if (deleted) {
			this.references.detach(entry.row());
		}
		else if (before != null && before.deleted) {
			this.references.attach(entry.row());
		}
		for (Reference reference : said) {
			this.references.refer(entry.row(), reference.foreignKey(), reference.parent());
		}
	}

	/**
	 * Describes the after-image of a row with references changed.
	 * @param key the row
	 * @param references the new keys by their columns
	 * @return its description, with all changes since the last one that is written
	 */
	ChangedImage change(RowKey key, Map<String, @Nullable String> references) {
		Image image = row(key).image;
		ChangedImage before = (image.entry() != null) ? this.entries.get(image.entry()).changed() : null;
		if (before == null) {
			return new ChangedImage(image, references);
		}
		Map<String, @Nullable String> all = new LinkedHashMap<>(before.references());
		all.putAll(references);
		return new ChangedImage(before.base(), all);
	}

	/**
	 * Describes a row as it is now to a change that does not fit.
	 * @param key the row
	 * @return the conflict
	 */
	Outcome.Conflict conflict(RowKey key) {
		Row row = row(key);
		return new Outcome.Conflict(key, row.version, row.deleted, row.image);
	}

	List<StreamEntry> entries() {
		return this.entries;
	}

	/**
	 * Appends a row to the stream once more, behind all entries.
	 * @param restore the row
	 */
	void restore(Restore restore) {
		int index = this.entries.size() + this.restores.size();
		this.restores.add(restore);
		this.touched.put(restore.row(), new Row(true, restore.version(), false, restore.image(), index));
	}

	List<Restore> restores() {
		return this.restores;
	}

	Map<RowKey, NewRowState> newStates() {
		Map<RowKey, NewRowState> states = new LinkedHashMap<>();
		this.touched.forEach((key, row) -> states.put(key,
				new NewRowState(row.version, row.entry, row.deleted, row.deleted ? row.image : Image.NONE)));
		return states;
	}

	/**
	 * A row at a moment of the batch.
	 *
	 * @param known whether the server ever saw it
	 * @param version its version, 0 when it is not known
	 * @param deleted whether it is a tombstone
	 * @param image where its last after-image is
	 * @param entry the entry of this batch that touched it last, restores counted behind
	 * all others; -1 for none
	 */
	record Row(boolean known, long version, boolean deleted, Image image, int entry) {

		static final Row UNKNOWN = new Row(false, 0, false, Image.NONE, -1);

		boolean isLive() {
			return this.known && !this.deleted;
		}

	}

}
