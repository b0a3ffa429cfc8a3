/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/** The room in the next upload. */
final class OutboxBatch {

	private int countLeft;

	private long bytesLeft;

	private boolean empty = true;

	private final List<QuarantinedChange> refused = new ArrayList<>();

	private final long pass;

	private final Set<String> unanswered;

	/** The number of changes of each table that may be taken, by its number. */
	private final Map<Long, Integer> left = new HashMap<>();

	private final CircularTables circular;

	private final DeletedCircles circles;

	private final PendingParents parents;

	/** Rows of tables with circles that were taken. */
	private final Set<ChangedRow> done = new HashSet<>();

	private final long firstCircle;

	private int circlesTaken;

	/**
	 * Creates the batch.
	 * @param size the most changes and characters
	 * @param pass the pass that it belongs to
	 * @param store the store
	 */
	OutboxBatch(BatchSize size, long pass, ClientStore store) throws SQLException {
		List<LocalTable> tables = store.tables().parentsFirst();
		this.circular = new CircularTables(tables);
		this.circles = new DeletedCircles(store.database(), tables);
		this.parents = new PendingParents(store.database(), this.circular.list(), pass);
		this.firstCircle = store.outbox().circle();
		for (LocalTable table : tables) {
			this.left.put(table.no(), store.unknownTables().limit(table));
		}
		this.countLeft = size.count();
		this.bytesLeft = size.bytes();
		this.pass = pass;
		this.unanswered = store.outbox().rows();
	}

	/** Returns whether an earlier change of the row is still in the outbox. */
	boolean isUnanswered(LocalTable table, @Nullable String pk) {
		return pk != null && !this.unanswered.isEmpty() && this.unanswered.contains(Outbox.rowName(table.no(), pk));
	}

	boolean isFull() {
		return this.countLeft <= 0 || this.bytesLeft <= 0;
	}

	/** Notes that a row of a table with circles was taken, if it was. */
	@Nullable Decision done(ChangedRow row, @Nullable Decision decision) {
		if (decision != null) {
			this.done.add(row);
		}
		return decision;
	}

	/** Returns whether a row was taken already, with another one. */
	boolean isDone(ChangedRow row) {
		return this.done.contains(row);
	}

	/** Returns whether rows of the table may refer to each other in a circle. */
	boolean isCircular(LocalTable table) {
		return this.circular.contains(table);
	}

	/** Returns a changed row with those that must go in the same upload. */
	PendingParents.Group group(ChangedRow row) throws SQLException {
		return this.parents.of(row, this.done::contains);
	}

	/** Returns the deleted rows that only end together. */
	List<ChangedRow> circle(ChangedRow row) throws SQLException {
		return this.circles.of(row.table(), row.key());
	}

	/** Returns the number of the next circle. */
	long nextCircle() {
		return this.firstCircle + this.circlesTaken++;
	}

	boolean isEmpty() {
		return this.empty;
	}

	long pass() {
		return this.pass;
	}

	void refuse(QuarantinedChange change) {
		this.refused.add(change);
	}

	List<QuarantinedChange> refused() {
		return this.refused;
	}

	/**
	 * Returns whether changes fit that belong together: any number, if they are first.
	 */
	boolean hasRoom(int changes) {
		if (!this.empty && changes > this.countLeft) {
			this.countLeft = 0;
			return false;
		}
		return true;
	}

	/** Takes a change, unless it is too large for what is left. */
	boolean take(LocalTable table, int bytes) {
		int ofTable = this.left.getOrDefault(table.no(), 0);
		if (ofTable == 0) {
			return false;
		}
		if (!this.empty && bytes > this.bytesLeft) {
			this.bytesLeft = 0;
			return false;
		}
		this.left.put(table.no(), ofTable - 1);
		this.empty = false;
		this.countLeft--;
		this.bytesLeft -= bytes;
		return true;
	}

}
