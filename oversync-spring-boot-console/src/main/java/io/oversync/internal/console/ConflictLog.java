/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ServerRow;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;

/**
 * The last conflicts that this node answered, in memory: keys and versions, no payloads.
 * Nothing else records conflicts: they change nothing on the server.
 */
public final class ConflictLog implements EngineListener {

	/** The most conflicts that are kept. */
	static final int CAPACITY = 500;

	/** The most conflicts that are kept of one upload. */
	static final int MOST_OF_UPLOAD = 20;

	private static final Duration OLDEST = Duration.ofHours(24);

	private final Deque<ConflictNote> notes = new ArrayDeque<>();

	private final Clock clock;

	private final Instant since;

	private long total;

	/**
	 * Creates an empty log.
	 * @param clock tells the time of conflicts
	 */
	public ConflictLog(Clock clock) {
		this.clock = clock;
		this.since = clock.instant();
	}

	@Override
	public void uploaded(SyncActor actor, UploadRequest request, UploadResponse response, long nanos) {
		List<ConflictNote> found = new ArrayList<>();
		long conflicts = 0;
		for (int i = 0; i < response.statuses().size(); i++) {
			if (response.statuses().get(i) instanceof ChangeStatus.Conflict conflict) {
				conflicts++;
				if (found.size() < MOST_OF_UPLOAD) {
					found.add(note(actor, request.changes().get(i), conflict.serverRow()));
				}
			}
		}
		if (conflicts > 0) {
			add(found, conflicts);
		}
	}

	private ConflictNote note(SyncActor actor, UploadChange change, ServerRow row) {
		return new ConflictNote(this.clock.instant(), actor.userId(), actor.sourceId(), row.table().toString(),
				row.pk().toString(), String.valueOf(change.op()), change.serverVersion(), row.serverVersion(),
				row.deleted());
	}

	private synchronized void add(List<ConflictNote> found, long conflicts) {
		this.total += conflicts;
		this.notes.addAll(found);
		while (this.notes.size() > CAPACITY) {
			this.notes.remove();
		}
	}

	/**
	 * Returns the conflicts of the last day.
	 * @return the last first
	 */
	synchronized Conflicts last() {
		Instant oldest = this.clock.instant().minus(OLDEST);
		List<ConflictNote> list = new ArrayList<>();
		for (Iterator<ConflictNote> last = this.notes.descendingIterator(); last.hasNext();) {
			ConflictNote note = last.next();
			if (note.time().isAfter(oldest)) {
				list.add(note);
			}
		}
		return new Conflicts(this.since, this.total, CAPACITY, list);
	}

	/**
	 * What is known of conflicts.
	 *
	 * @param since when this node started to listen
	 * @param total the number of conflicts since then
	 * @param capacity the most conflicts that are kept
	 * @param conflicts the last conflicts
	 */
	record Conflicts(Instant since, long total, int capacity, List<ConflictNote> conflicts) {
	}

	/**
	 * A conflict.
	 *
	 * @param time when it was answered
	 * @param user the user
	 * @param device the device
	 * @param table the table
	 * @param pk the key
	 * @param op the operation that the device wanted
	 * @param expected the version that the device expected
	 * @param actual the version that the row has
	 * @param deleted whether the row is deleted
	 */
	record ConflictNote(Instant time, String user, String device, String table, String pk, String op, long expected,
			long actual, boolean deleted) {
	}

}
