/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.TablesChangedException;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
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

	/**
	 * The plus keeps SQLite from the index by key, with which it would sort all that is
	 * dirty for each few rows.
	 */
	private static final String OF_TABLE = "+d.table_no = ";

	/** One row of a pass, which the index by key does find. */
	private static final String BY_KEY = "d.table_no = %d AND d.key = ? AND d.parked < ?";

	/** Rows that are decided about before anything is done. */
	private static final int STEP = 1000;

	private static final long NO_CIRCLE = 0;

	private final ClientStore store;

	private final Database database;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final ServerRowApplier serverRows;

	public OutboxWriter(ClientStore store, ServerRowApplier serverRows) {
		this.store = store;
		this.database = store.database();
		this.tables = store.tables();
		this.keys = store.keys();
		this.versions = store.versions();
		this.pending = store.pending();
		this.serverRows = serverRows;
	}

	/**
	 * Freezes the next batch. What is left in the outbox has failed: further changes of
	 * those rows wait for an answer.
	 * @param pass rows that were sent in this pass already are left out
	 * @return the changes that could not be frozen
	 */
	List<QuarantinedChange> freeze(BatchSize size, long pass) throws SQLException {
		this.store.outbox().begin();
		OutboxBatch batch = new OutboxBatch(size, pass, this.store);
		for (LocalTable table : this.tables.parentsFirst()) {
			if (table.hasUniqueExpression() && !this.pending.isUnwatched(table)) {
				this.pending.markVanished(table);
			}
		}
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
		this.store.outbox().end();
		this.serverRows.releaseHeld();
		return batch.refused();
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

	private void freezeUpserts(LocalTable table, String selection, OutboxBatch batch) throws SQLException {
		String sql = upserts(table) + OF_TABLE + table.no() + " AND " + selection + " LIMIT " + STEP;
		freeze(sql, batch, (row) -> decideUpsert(table, row, batch));
	}

	private void freezeDeletes(LocalTable table, String selection, OutboxBatch batch) throws SQLException {
		String sql = deletes(table) + OF_TABLE + table.no() + " AND " + selection + " LIMIT " + STEP;
		freeze(sql, batch, (row) -> decideDelete(table, Candidate.map(row), batch));
	}

	/**
	 * Decides about one row after the other, since they may be large, and then carries
	 * the decisions out, which takes the rows out of the selection.
	 */
	private void freeze(String sql, OutboxBatch batch, Database.Mapper<Decision> decide) throws SQLException {
		List<Decision> decisions = new ArrayList<>();
		do {
			decisions.clear();
			if (batch.isFull()) {
				return;
			}
			this.database.each(sql, (row) -> {
				Decision decision = batch.isFull() ? null : decide.map(row);
				return decision != null && decisions.add(decision);
			});
			for (Decision decision : decisions) {
				decision.carryOut(this.store);
			}
		}
		while (!decisions.isEmpty());
	}

	/** Selects changed rows that exist, up to the condition. */
	private static String upserts(LocalTable table) {
		return "SELECT " + Candidate.COLUMNS + ", " + LocalRows.columns(table, "t")
				+ " FROM _sync_dirty AS d CROSS JOIN " + table.quoted() + " AS t ON " + table.isKey("t", "d.key")
				+ Candidate.JOINS + "WHERE ";
	}

	/** Selects changed rows that are gone, up to a further condition. */
	private static String deletes(LocalTable table) {
		return "SELECT " + Candidate.COLUMNS + " FROM _sync_dirty AS d" + Candidate.JOINS
				+ "WHERE NOT EXISTS (SELECT 1 FROM " + table.quoted() + " AS t WHERE " + table.isKey("t", "d.key")
				+ ") AND ";
	}

	/** Returns what becomes of a row, or null if there is no room for it. */
	private @Nullable Decision decideUpsert(LocalTable table, ResultSet row, OutboxBatch batch) throws SQLException {
		Candidate candidate = Candidate.map(row);
		Decision respelling = respelling(table, candidate.key(), batch);
		if (respelling != null) {
			return respelling;
		}
		if (!batch.isCircular(table)) {
			return upsert(table, candidate, row, batch, NO_CIRCLE);
		}
		ChangedRow changed = new ChangedRow(table, candidate.key());
		if (batch.isDone(changed)) {
			return new Decision.Nothing();
		}
		PendingParents.Group group = batch.group(changed);
		return (group.rows().size() > 1) ? decideGroup(group, batch)
				: batch.done(changed, upsert(table, candidate, row, batch, NO_CIRCLE));
	}

	/** Takes a row with those that it needs, or nothing if there is no room for them. */
	private @Nullable Decision decideGroup(PendingParents.Group group, OutboxBatch batch) throws SQLException {
		if (!batch.hasRoom(group.rows().size())) {
			return null;
		}
		List<Decision> respellings = new ArrayList<>();
		for (ChangedRow row : group.rows()) {
			Decision respelling = respelling(row.table(), row.key(), batch);
			if (respelling != null) {
				respellings.add(respelling);
			}
		}
		if (!respellings.isEmpty()) {
			return Decision.all(respellings);
		}
		long circle = group.circular() ? batch.nextCircle() : NO_CIRCLE;
		List<Decision> decisions = new ArrayList<>();
		for (ChangedRow row : group.rows()) {
			LocalTable table = row.table();
			Decision decision = this.database.first(upserts(table) + BY_KEY.formatted(table.no()),
					(columns) -> upsert(table, Candidate.map(columns), columns, batch, circle), row.key(),
					batch.pass());
			if (batch.done(row, decision) != null) {
				decisions.add(decision);
			}
		}
		return Decision.all(decisions);
	}

	/** Returns what becomes of a row that is gone, or null if there is no room for it. */
	private @Nullable Decision decideDelete(LocalTable table, Candidate candidate, OutboxBatch batch)
			throws SQLException {
		Decision respelling = respellingOfGone(table, candidate, batch);
		if (respelling != null) {
			return respelling;
		}
		if (!batch.isCircular(table)) {
			return delete(table, candidate, batch, NO_CIRCLE);
		}
		ChangedRow changed = new ChangedRow(table, candidate.key());
		if (batch.isDone(changed)) {
			return new Decision.Nothing();
		}
		List<ChangedRow> circle = batch.circle(changed);
		return (circle.size() > 1) ? decideCircle(circle, batch) : delete(table, candidate, batch, NO_CIRCLE);
	}

	/** Takes all of a circle, or nothing if there is no room for it. */
	private @Nullable Decision decideCircle(List<ChangedRow> circle, OutboxBatch batch) throws SQLException {
		if (!batch.hasRoom(circle.size())) {
			return null;
		}
		List<Decision> decisions = new ArrayList<>();
		long number = batch.nextCircle();
		for (ChangedRow row : circle) {
			LocalTable table = row.table();
			Candidate candidate = this.database.first(deletes(table) + BY_KEY.formatted(table.no()), Candidate::map,
					row.key(), batch.pass());
			Decision decision = (candidate != null) ? delete(table, candidate, batch, number) : null;
			if (batch.done(row, decision) != null) {
				decisions.add(decision);
			}
		}
		return Decision.all(decisions);
	}

	/** Returns what becomes of a row, or null if there is no room for it. */
	private @Nullable Decision upsert(LocalTable table, Candidate candidate, ResultSet columns, OutboxBatch batch,
			long circle) throws SQLException {
		SyncRow row = LocalRows.map(table, columns, Candidate.COLUMN_COUNT + 1);
		String problem = LocalRows.problem(table, row, columns, Candidate.COLUMN_COUNT + 1);
		Object key = candidate.key();
		RowVersions.Known known = candidate.known();
		SyncRow before = candidate.before(row);
		String pk = UuidKeys.uuid(key);
		boolean unedited = problem == null && before != null && known != null && known.isLive()
				&& !batch.isUnanswered(table, pk) && SqliteValues.isExactly(before, row);
		if (unedited && !candidate.missing()) {
			// back to what it was
			return new Decision.Forget(table, key);
		}
		String base = (before != null && !unedited) ? BaseImage.write(before) : null;
		long lost = (unedited && known != null) ? LostVersions.count(known.version()) : candidate.lostVersion();
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
				return new Decision.Park(table, key, batch.pass());
			}
			refuseTwin(table, pk, key);
			Set<String> absent = this.versions.unset(table, row, known);
			String payload = PayloadCodec.write(table, row, pk, (known != null) ? known.extra() : null, absent)
				.toJson();
			int length = payload.length() + ((base != null) ? base.length() : 0);
			// rows of a circle go together, however large they are
			if (!batch.take(table, (circle == NO_CIRCLE || batch.isEmpty()) ? length : 0)) {
				return null;
			}
			return new Decision.Upsert(table, candidate, pk, op, payload, base, circle, lost, absent);
		}
		catch (UnsupportedValueException ex) {
			return new Decision.Refuse(table, key, op, base, String.valueOf(ex.getMessage()), batch);
		}
	}

	private @Nullable Decision delete(LocalTable table, Candidate candidate, OutboxBatch batch, long circle) {
		Object key = candidate.key();
		RowVersions.Known known = candidate.known();
		String pk = UuidKeys.uuid(key);
		if (batch.isUnanswered(table, pk)) {
			return new Decision.Park(table, key, batch.pass());
		}
		if (known == null && candidate.quarantined()) {
			return new Decision.GiveUp(table, key);
		}
		if (known == null || !known.isLive() || pk == null) {
			// what the server never had need not be deleted there
			return new Decision.Forget(table, key);
		}
		if (!candidate.gone()) {
			return new Decision.AwaitVanished(table, key);
		}
		String base = candidate.base();
		// what it was is not sent, so it takes no room of others in the circle
		if (!batch.take(table, (base != null && circle == NO_CIRCLE) ? base.length() : 0)) {
			return null;
		}
		return new Decision.Delete(table, candidate, pk, known.version(), circle);
	}

	/**
	 * Returns the move of the bookkeeping of a row to the new spelling of its key, or
	 * null if that has not changed. Only then it can be sent.
	 */
	private @Nullable Decision respelling(LocalTable table, Object key, OutboxBatch batch) throws SQLException {
		String pk = UuidKeys.uuid(key);
		if (pk == null || batch.isUnanswered(table, pk)) {
			return null;
		}
		Object other = otherSpelling(table, pk, key);
		if (other == null || this.keys.exists(table, other)) {
			return null;
		}
		if (this.pending.isSent(table, other)) {
			return new Decision.Park(table, key, batch.pass());
		}
		return new Decision.Respell(table, pk, other, key);
	}

	/**
	 * As {@link #respelling}, of a row that is not there under its key: it may be there
	 * under another one, or another one is known of it.
	 */
	private @Nullable Decision respellingOfGone(LocalTable table, Candidate candidate, OutboxBatch batch)
			throws SQLException {
		Object key = candidate.key();
		String pk = UuidKeys.uuid(key);
		if (pk == null || batch.isUnanswered(table, pk)) {
			return null;
		}
		Object other = otherSpelling(table, pk, key);
		if (other != null) {
			boolean alone = !this.pending.isDirty(table, other) && !this.pending.isSent(table, other);
			return (candidate.known() == null && alone) ? respelling(table, key, batch) : null;
		}
		Object now = this.keys.find(table, key);
		return (now != null && pk.equals(UuidKeys.uuid(now))) ? new Decision.Respell(table, pk, key, now) : null;
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

}
