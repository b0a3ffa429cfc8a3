/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.TablesChangedException;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.Quarantine;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.UnknownTables;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import io.oversync.client.internal.table.UnsupportedValueException;
import org.jspecify.annotations.Nullable;

/**
 * Moves changed rows into the {@link Outbox}, as they are at this moment: upserts before
 * deletes, parents before children for upserts and children before parents for deletes,
 * and what was not taken the last time after everything else.
 */
public final class OutboxWriter {

	private static final String CANDIDATE = "d.key, d.base, d.gone, r.version, r.deleted, r.extra, r.absent, "
			+ "q.id IS NOT NULL, q.base, d.lost, coalesce(r.missing, 0)";

	private static final String STATE = """
			 LEFT JOIN _sync_row AS r ON r.table_no = d.table_no AND r.key = d.key
			 LEFT JOIN _sync_quarantine AS q ON q.table_no = d.table_no AND q.key = d.key
			""";

	/**
	 * The plus keeps SQLite from the index by key, with which it would sort all that is
	 * dirty for each few rows.
	 */
	private static final String OF_TABLE = "+d.table_no = ";

	/** One row of a pass, which the index by key does find. */
	private static final String BY_KEY = "d.table_no = %d AND d.key = ? AND d.parked < ?";

	private static final int STATE_COLUMNS = 11;

	/** Rows that are decided about before anything is done. */
	private static final int STEP = 1000;

	private final Database database;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final Outbox outbox;

	private final Quarantine quarantine;

	private final UnknownTables unknownTables;

	private final ServerRowApplier serverRows;

	public OutboxWriter(ClientStore store, ServerRowApplier serverRows) {
		this.database = store.database();
		this.tables = store.tables();
		this.keys = store.keys();
		this.versions = store.versions();
		this.pending = store.pending();
		this.outbox = store.outbox();
		this.quarantine = store.quarantine();
		this.unknownTables = store.unknownTables();
		this.serverRows = serverRows;
	}

	/**
	 * Freezes the next batch. What is left in the outbox has failed: further changes of
	 * those rows wait for an answer.
	 * @param pass rows that were sent in this pass already are left out
	 * @return the changes that could not be frozen
	 */
	List<QuarantinedChange> freeze(BatchSize size, long pass) throws SQLException {
		DeletedCircles circles = new DeletedCircles(this.database, this.tables.parentsFirst());
		CircularTables circular = new CircularTables(this.tables.parentsFirst());
		Batch batch = new Batch(size, pass, this.outbox.rows(), circular, circles,
				new PendingParents(this.database, circular.list(), pass));
		for (LocalTable table : this.tables.parentsFirst()) {
			batch.limit(table, this.unknownTables.limit(table));
		}
		for (LocalTable table : this.tables.parentsFirst()) {
			if (table.hasUniqueExpression() && !this.pending.isUnwatched(table)) {
				this.pending.markVanished(table);
			}
		}
		this.outbox.begin();
		List<LocalTable> parentsFirst = changed(this.tables.parentsFirst());
		List<LocalTable> childrenFirst = changed(this.tables.childrenFirst());
		for (String selection : List.of("d.parked = 0 ORDER BY d.seq",
				"d.parked BETWEEN 1 AND " + (pass - 1) + " ORDER BY d.parked, d.seq")) {
			for (LocalTable table : parentsFirst) {
				freezeUpserts(table, selection, batch);
			}
			for (LocalTable table : childrenFirst) {
				freezeDeletes(table, selection, batch);
			}
		}
		this.outbox.end();
		this.serverRows.releaseHeld();
		return batch.refused;
	}

	/**
	 * Returns whether there may be something to send; an idle sync writes nothing.
	 * @throws TablesChangedException if changes may have gone unnoticed
	 */
	boolean hasWork() throws SQLException {
		if (!this.database.isPrepared()) {
			throw new TablesChangedException();
		}
		return hasChanges() || this.serverRows.isHeldDue();
	}

	/** Returns whether there are changes to send, also such that no trigger has seen. */
	boolean hasChanges() throws SQLException {
		return this.pending.isAny() || hasUnseen();
	}

	/** Returns whether rows may have been replaced that no trigger has seen. */
	private boolean hasUnseen() throws SQLException {
		for (LocalTable table : this.tables.parentsFirst()) {
			if (table.hasUniqueExpression() && !this.pending.isUnwatched(table) && this.pending.hasVanished(table)) {
				return true;
			}
		}
		return false;
	}

	private List<LocalTable> changed(List<LocalTable> tables) throws SQLException {
		List<LocalTable> changed = new ArrayList<>();
		for (LocalTable table : tables) {
			if (this.pending.isDirty(table) && !this.pending.isUnwatched(table)) {
				changed.add(table);
			}
		}
		return changed;
	}

	private void freezeUpserts(LocalTable table, String selection, Batch batch) throws SQLException {
		boolean possible = batch.circular.contains(table);
		freeze(upserts(table) + OF_TABLE + table.no() + " AND " + selection + " LIMIT " + STEP, batch, (row) -> {
			Candidate candidate = Candidate.map(row);
			Database.Step respelling = respelling(table, candidate.key, batch);
			if (respelling != null) {
				return respelling;
			}
			if (!possible) {
				return freezeUpsert(table, candidate, row, batch);
			}
			ChangedRow node = new ChangedRow(table, candidate.key);
			if (batch.done.contains(node)) {
				return () -> {
				};
			}
			PendingParents.Group group = batch.parents.of(node, batch.done::contains);
			return (group.rows().size() > 1) ? freezeGroup(group, batch)
					: batch.done(node, freezeUpsert(table, candidate, row, batch));
		});
	}

	/** Selects changed rows that exist, up to the condition. */
	private static String upserts(LocalTable table) {
		return "SELECT " + CANDIDATE + ", " + LocalRows.columns(table, "t") + " FROM _sync_dirty AS d CROSS JOIN "
				+ table.quoted() + " AS t ON " + table.isKey("t", "d.key") + STATE + "WHERE ";
	}

	/** Selects changed rows that are gone, up to a further condition. */
	private static String deletes(LocalTable table) {
		return "SELECT " + CANDIDATE + " FROM _sync_dirty AS d" + STATE + "WHERE NOT EXISTS (SELECT 1 FROM "
				+ table.quoted() + " AS t WHERE " + table.isKey("t", "d.key") + ") AND ";
	}

	/** Takes a row with those that it needs, or nothing if there is no room for them. */
	private Database.@Nullable Step freezeGroup(PendingParents.Group group, Batch batch) throws SQLException {
		if (!batch.hasRoom(group.rows().size())) {
			return null;
		}
		List<Database.Step> respellings = new ArrayList<>();
		for (ChangedRow node : group.rows()) {
			Database.Step respelling = respelling(node.table(), node.key(), batch);
			if (respelling != null) {
				respellings.add(respelling);
			}
		}
		if (!respellings.isEmpty()) {
			return together(respellings);
		}
		long circle = group.circular() ? this.outbox.circle() + batch.circle++ : 0;
		List<Database.Step> steps = new ArrayList<>();
		for (ChangedRow node : group.rows()) {
			LocalTable table = node.table();
			Database.Step step = this.database.first(upserts(table) + BY_KEY.formatted(table.no()),
					(row) -> freezeUpsert(table, Candidate.map(row), row, batch, circle), node.key(), batch.pass);
			if (batch.done(node, step) != null) {
				steps.add(step);
			}
		}
		return together(steps);
	}

	private static Database.@Nullable Step together(List<Database.Step> steps) {
		return steps.isEmpty() ? null : () -> {
			for (Database.Step step : steps) {
				step.run();
			}
		};
	}

	/**
	 * Decides about one row after the other, since they may be large, and then does what
	 * was decided, which takes them out of the selection.
	 */
	private void freeze(String sql, Batch batch, Database.Mapper<Database.Step> decision) throws SQLException {
		List<Database.Step> steps = new ArrayList<>();
		do {
			steps.clear();
			if (batch.isFull()) {
				return;
			}
			this.database.each(sql, (row) -> {
				Database.Step step = batch.isFull() ? null : decision.map(row);
				return step != null && steps.add(step);
			});
			for (Database.Step step : steps) {
				step.run();
			}
		}
		while (!steps.isEmpty());
	}

	private void freezeDeletes(LocalTable table, String selection, Batch batch) throws SQLException {
		DeletedCircles circles = batch.circles;
		boolean possible = batch.circular.contains(table);
		freeze(deletes(table) + OF_TABLE + table.no() + " AND " + selection + " LIMIT " + STEP, batch, (row) -> {
			Candidate candidate = Candidate.map(row);
			Database.Step respelling = respellingOfGone(table, candidate, batch);
			if (respelling != null) {
				return respelling;
			}
			if (!possible) {
				return freezeDelete(table, candidate, batch);
			}
			if (batch.isDone(table, candidate.key)) {
				return () -> {
				};
			}
			List<ChangedRow> circle = circles.of(table, candidate.key);
			return (circle.size() > 1) ? freezeCircle(circle, batch) : freezeDelete(table, candidate, batch);
		});
	}

	/** Takes all of a circle, or nothing if there is no room for it. */
	private Database.@Nullable Step freezeCircle(List<ChangedRow> circle, Batch batch) throws SQLException {
		if (!batch.hasRoom(circle.size())) {
			return null;
		}
		List<Database.Step> steps = new ArrayList<>();
		long number = this.outbox.circle() + batch.circle++;
		for (ChangedRow node : circle) {
			LocalTable table = node.table();
			Candidate candidate = this.database.first(deletes(table) + BY_KEY.formatted(table.no()), Candidate::map,
					node.key(), batch.pass);
			Database.Step step = (candidate != null) ? freezeDelete(table, candidate, batch, number) : null;
			if (batch.done(node, step) != null) {
				steps.add(step);
			}
		}
		return together(steps);
	}

	/** Returns what to do, or null if there is no room for the row. */
	private Database.@Nullable Step freezeUpsert(LocalTable table, Candidate candidate, ResultSet resultSet,
			Batch batch) throws SQLException {
		return freezeUpsert(table, candidate, resultSet, batch, 0);
	}

	private Database.@Nullable Step freezeUpsert(LocalTable table, Candidate candidate, ResultSet resultSet,
			Batch batch, long circle) throws SQLException {
		SyncRow row = LocalRows.map(table, resultSet, STATE_COLUMNS + 1);
		String problem = LocalRows.problem(table, row, resultSet, STATE_COLUMNS + 1);
		Object key = candidate.key;
		RowVersions.Known known = candidate.known;
		SyncRow before = candidate.before(row);
		boolean unedited = problem == null && before != null && known != null && known.isLive()
				&& !batch.isUnanswered(table, UuidKeys.uuid(key)) && SqliteValues.isExactly(before, row);
		if (unedited && !candidate.missing) {
			// back to what it was
			return () -> this.pending.drop(table, key);
		}
		String base = (before != null && !unedited) ? BaseImage.write(before) : null;
		long lost = (unedited && known != null) ? LostVersions.count(known.version()) : candidate.lostVersion();
		String pk = UuidKeys.uuid(key);
		String op = (known != null && known.isLive()) ? "UPDATE" : "INSERT";
		try {
			if (problem != null) {
				throw new UnsupportedValueException(problem);
			}
			if (pk == null) {
				throw new UnsupportedValueException("The key " + table.name() + "." + table.key().name()
						+ " is no UUID: use one, as text or in 16 bytes");
			}
			if (batch.isUnanswered(table, pk)) {
				return () -> this.pending.park(table, key, batch.pass);
			}
			refuseTwin(table, pk, key);
			Set<String> absent = this.versions.unset(table, row, known);
			String payload = PayloadCodec.write(table, row, pk, (known != null) ? known.extra() : null, absent)
				.toJson();
			int length = payload.length() + ((base != null) ? base.length() : 0);
			// rows of a circle go together, however large they are
			if (!batch.take(table, (circle == 0 || batch.empty) ? length : 0)) {
				return null;
			}
			return () -> {
				drop(table, candidate);
				if (known != null && !known.absent().isEmpty()) {
					this.versions.absent(table, key, absent);
				}
				this.outbox.add(table, key, pk, op, expected(candidate), payload, base, circle, lost);
			};
		}
		catch (UnsupportedValueException ex) {
			return () -> {
				this.pending.drop(table, key);
				batch.refused.add(this.quarantine.add(table, key, (pk != null) ? pk : UuidKeys.text(key), op, null,
						base, "unsupported_value", String.valueOf(ex.getMessage())));
			};
		}
	}

	private static long expected(Candidate candidate) {
		long version = (candidate.known != null) ? candidate.known.version() : 0;
		return candidate.missing ? LostVersions.goOn(version) : version;
	}

	private Database.@Nullable Step freezeDelete(LocalTable table, Candidate candidate, Batch batch) {
		return freezeDelete(table, candidate, batch, 0);
	}

	private Database.@Nullable Step freezeDelete(LocalTable table, Candidate candidate, Batch batch, long circle) {
		Object key = candidate.key;
		RowVersions.Known known = candidate.known;
		String pk = UuidKeys.uuid(key);
		if (pk != null && batch.isUnanswered(table, pk)) {
			return () -> this.pending.park(table, key, batch.pass);
		}
		if (known == null || !known.isLive() || pk == null) {
			// what the server never had need not be deleted there
			return () -> this.pending.drop(table, key);
		}
		if (!candidate.gone) {
			return () -> this.pending.awaitVanished(table, key);
		}
		String base = candidate.base();
		// what it was is not sent, so it takes no room of others in the circle
		if (!batch.take(table, (base != null && circle == 0) ? base.length() : 0)) {
			return null;
		}
		return () -> {
			drop(table, candidate);
			this.outbox.addDelete(table, key, pk, known.version(), base, circle, candidate.lostVersion());
		};
	}

	private void drop(LocalTable table, Candidate candidate) throws SQLException {
		if (candidate.quarantined) {
			this.pending.drop(table, candidate.key);
		}
		else {
			this.pending.dropDirty(table, candidate.key);
		}
	}

	/**
	 * Returns the step that moves the bookkeeping of a row to the new spelling of its
	 * key, or null if that has not changed. Only then it can be sent.
	 */
	private Database.@Nullable Step respelling(LocalTable table, Object key, Batch batch) throws SQLException {
		String pk = UuidKeys.uuid(key);
		if (pk == null || batch.isUnanswered(table, pk)) {
			return null;
		}
		Object other = otherSpelling(table, pk, key);
		if (other == null || this.keys.exists(table, other)) {
			return null;
		}
		if (this.pending.isSent(table, other)) {
			return () -> this.pending.park(table, key, batch.pass);
		}
		return () -> this.keys.respell(table, pk, other, key);
	}

	/**
	 * As {@link #respelling}, of a row that is not there under its key: it may be there
	 * under another one, or another one is known of it.
	 */
	private Database.@Nullable Step respellingOfGone(LocalTable table, Candidate candidate, Batch batch)
			throws SQLException {
		Object key = candidate.key;
		String pk = UuidKeys.uuid(key);
		if (pk == null || batch.isUnanswered(table, pk)) {
			return null;
		}
		Object other = otherSpelling(table, pk, key);
		if (other != null) {
			boolean alone = !this.pending.isDirty(table, other) && !this.pending.isSent(table, other);
			return (candidate.known == null && alone) ? respelling(table, key, batch) : null;
		}
		Object now = this.keys.find(table, key);
		return (now != null && pk.equals(UuidKeys.uuid(now))) ? () -> this.keys.respell(table, pk, key, now) : null;
	}

	/** A UUID may be spelled in several ways in a TEXT column, but is one row. */
	private void refuseTwin(LocalTable table, String pk, Object key) throws SQLException {
		Object other = otherSpelling(table, pk, key);
		if (other != null && this.keys.exists(table, other)) {
			throw new UnsupportedValueException("The rows '" + other + "' and '" + key + "' of " + table.name()
					+ " have the same UUID: one of them needs another");
		}
	}

	/** Returns the spelling of the key that is known, or null if it is this one. */
	private @Nullable Object otherSpelling(LocalTable table, String pk, Object key) throws SQLException {
		if (!(key instanceof String)) {
			return null;
		}
		Object spelling = this.keys.spelling(table, pk);
		Object known = (spelling != null) ? spelling : pk;
		return known.equals(key) ? null : known;
	}

	/** The room in the next upload. */
	private static final class Batch {

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

		/** The number of circles that were taken. */
		private int circle;

		Batch(BatchSize size, long pass, Set<String> unanswered, CircularTables circular, DeletedCircles circles,
				PendingParents parents) {
			this.circular = circular;
			this.circles = circles;
			this.parents = parents;
			this.countLeft = size.count();
			this.bytesLeft = size.bytes();
			this.pass = pass;
			this.unanswered = unanswered;
		}

		/** Returns whether an earlier change of the row is still in the outbox. */
		boolean isUnanswered(LocalTable table, @Nullable String pk) {
			return pk != null && !this.unanswered.isEmpty() && this.unanswered.contains(Outbox.rowName(table.no(), pk));
		}

		boolean isFull() {
			return this.countLeft <= 0 || this.bytesLeft <= 0;
		}

		/** Notes that a row was taken, if there is a step for it. */
		Database.@Nullable Step done(ChangedRow node, Database.@Nullable Step step) {
			if (step != null) {
				this.done.add(node);
			}
			return step;
		}

		boolean isDone(LocalTable table, Object key) {
			return !this.done.isEmpty() && this.done.contains(new ChangedRow(table, key));
		}

		/**
		 * Returns whether changes fit that belong together: any number, if they are
		 * first.
		 */
		boolean hasRoom(int changes) {
			if (!this.empty && changes > this.countLeft) {
				this.countLeft = 0;
				return false;
			}
			return true;
		}

		void limit(LocalTable table, int changes) {
			this.left.put(table.no(), changes);
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

	/**
	 * A changed row.
	 *
	 * @param key its key
	 * @param dirtyBase the row before the change
	 * @param gone whether it was seen to be deleted
	 * @param known the known version of the server's row
	 * @param quarantined whether an earlier change of it was refused
	 * @param quarantineBase the row before that
	 * @param lost see {@link OutboxEntry#lostVersion}
	 * @param missing whether the server has lost the row, which it gets back also if it
	 * was not edited
	 */
	private record Candidate(Object key, @Nullable String dirtyBase, boolean gone, RowVersions.@Nullable Known known,
			boolean quarantined, @Nullable String quarantineBase, long lost, boolean missing) {

		static Candidate map(ResultSet row) throws SQLException {
			return new Candidate(row.getObject(1), row.getString(2), row.getBoolean(3), RowVersions.Known.map(row, 4),
					row.getBoolean(8), row.getString(9), row.getLong(10), row.getBoolean(11));
		}

		/** Returns the lost version; a change that was refused once is an edit. */
		long lostVersion() {
			if (this.known == null || !this.known.isLive()) {
				return 0;
			}
			return (this.quarantined && this.lost > 0) ? OutboxEntry.EDITED : this.lost;
		}

		@Nullable String base() {
			return this.quarantined ? this.quarantineBase : this.dirtyBase;
		}

		/**
		 * Returns the row before the change, which may have saved only what it changed.
		 */
		@Nullable SyncRow before(SyncRow now) {
			String base = base();
			return (base != null) ? BaseImage.complete(base, now) : null;
		}

	}

}
