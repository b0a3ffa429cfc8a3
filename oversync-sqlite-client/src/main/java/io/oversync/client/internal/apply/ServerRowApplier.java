/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.conflict.ConflictHandler;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of the server into the application's tables. A row that was changed here is
 * never overwritten: it goes to the {@link ConflictHandler}. A row that cannot be written
 * is held, in its latest version, and tried again.
 */
public final class ServerRowApplier {

	static final String UNANSWERED = "An upload of this row is not answered yet";

	private final Database database;

	private final SyncState state;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final ConflictHandler conflicts;

	private final Clock clock;

	/** Whether the server has lost rows that were deleted here. */
	private boolean lostDeletes;

	/** The database's version when held rows were tried without success, or -1. */
	private long triedAt = -1;

	public ServerRowApplier(ClientStore store, ConflictHandler conflicts) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.clock = store.clock();
		this.conflicts = conflicts;
	}

	/**
	 * Takes rows in, within a transaction.
	 * @param careful whether a row that breaks a constraint is held; otherwise it fails
	 * the transaction, which is cheaper
	 */
	public void arrive(List<Arrival> arrivals, boolean careful, TransactionReport report) throws SQLException {
		boolean clean = this.pending.isEmpty() && heldCount() == 0;
		this.lostDeletes = this.pending.hasLostDeletes();
		boolean recovering = this.state.recovery() != null;
		for (Arrival each : arrivals) {
			Object key = key(each);
			Arrival arrival = recovering ? each : reborn(each, key);
			if (!careful) {
				take(arrival, key, clean, recovering, report);
				continue;
			}
			String forbidden = this.database.attempt(arrival.table().step("write", key, arrival.row().version()),
					() -> take(arrival, key, clean, recovering, report));
			if (forbidden != null) {
				hold(arrival, key, forbidden);
			}
		}
		if (!clean || careful) {
			retryHeld(report);
		}
	}

	private Object key(Arrival arrival) throws SQLException {
		RowPayload payload = arrival.row().payload();
		Object spelled = (payload != null) ? payload.members().get(arrival.table().key().member()) : null;
		return this.keys.local(arrival.table(), arrival.pk(), spelled);
	}

	/**
	 * Completes a row that was deleted and came back before this device looked: columns
	 * that the whole of it lacks are as in a new row, not as in its life before.
	 */
	private Arrival reborn(Arrival arrival, Object key) throws SQLException {
		RowPayload payload = arrival.row().payload();
		if (!arrival.whole() || payload == null || arrival.dispute() != Dispute.NONE) {
			return arrival;
		}
		Set<String> lacking = PayloadCodec.absent(arrival.table(), payload);
		RowVersions.Known known = lacking.isEmpty() ? null : this.versions.known(arrival.table(), key);
		if (known == null || !known.isLive() || known.version() >= arrival.row().version()
				|| known.absent().containsAll(lacking)) {
			return arrival;
		}
		lacking.removeAll(known.absent());
		return arrival.with(this.versions.withDefaults(arrival.table(), payload, lacking));
	}

	private void take(Arrival arrival, Object key, boolean clean, boolean recovering, TransactionReport report)
			throws SQLException {
		take(arrival, key, clean, report);
		RowPayload payload = arrival.row().payload();
		if (recovering && payload != null && this.pending.unsent(arrival.table(), key) == null) {
			this.conflicts.sendMore(arrival.table(), key, payload);
		}
	}

	private void take(Arrival arrival, Object key, boolean clean, TransactionReport report) throws SQLException {
		LocalTable table = arrival.table();
		if (arrival.dispute() != Dispute.NONE) {
			dispute(arrival, key, report);
			return;
		}
		if (!clean) {
			if (this.pending.isSent(table, key)) {
				hold(arrival, key, UNANSWERED);
				return;
			}
			PendingChanges.Unsent unsent = this.pending.unsent(table, key);
			if (unsent != null) {
				meet(arrival, key, unsent, report);
				return;
			}
		}
		if (this.lostDeletes && isDeletedHere(arrival, key, report)) {
			return;
		}
		if (this.versions.advance(table, key, arrival.row())) {
			write(arrival, key);
			report.addWritten(1);
		}
		else if (arrival.whole()) {
			compare(arrival, key, report);
		}
		if (!clean) {
			dropHeld(table, key, arrival.row().version());
		}
	}

	/**
	 * Handles a row whose delete the server has lost. A copy that another device has
	 * brought back is deleted again if it is not newer than what was deleted. Everything
	 * else is a conflict: an edit that did not know of the delete, or an insert, which
	 * may be the one that was deleted here, sent again, or another one.
	 * @return false if the row is as any other
	 */
	private boolean isDeletedHere(Arrival arrival, Object key, TransactionReport report) throws SQLException {
		LocalTable table = arrival.table();
		Long version = this.pending.lostDelete(table, key);
		if (version == null || version == 0) {
			return false;
		}
		ReceivedRow row = arrival.row();
		if (row.deleted()) {
			this.pending.forgetLostDelete(table, key);
			return false;
		}
		if (arrival.lostVersion() > 0 && arrival.lostVersion() < version) {
			this.pending.forgetLostDelete(table, key);
			isAhead(arrival, key, 0, report);
			return true;
		}
		String problem = this.conflicts.settle(table, key, arrival.pk(), null, row, 0, report);
		if (problem != null) {
			hold(arrival, key, problem);
		}
		else {
			this.pending.forgetLostDelete(table, key);
			dropHeld(table, key, row.version());
		}
		return true;
	}

	/**
	 * The server's history does not contain the row as it is known here. If it was not
	 * written since, what is here goes back there. Otherwise both sides have something
	 * that the other has never seen.
	 */
	private void dispute(Arrival arrival, Object key, TransactionReport report) throws SQLException {
		LocalTable table = arrival.table();
		RowVersions.Known known = this.versions.known(table, key);
		PendingChanges.Unsent unsent = this.pending.unsent(table, key);
		boolean edited = unsent != null || isUnwatched(arrival, key);
		if (known == null || (known.awaited() && !edited)) {
			this.versions.set(table, key, arrival.row());
			write(arrival, key);
			report.addWritten(1);
			return;
		}
		if (arrival.dispute() == Dispute.REGAINED && !edited) {
			this.versions.set(table, key, arrival.row());
			write(arrival, key);
			report.addWritten(1);
			return;
		}
		long count = LostVersions.count(known.version());
		long theirs = LostVersions.count(arrival.row().version());
		boolean ahead = count > theirs;
		// inserted again after a delete that the server has lost, also if it is as it was
		boolean again = edited && known.deleted() && !known.awaited() && this.rows.read(table, key) != null;
		if (ahead && arrival.dispute() == Dispute.LOST && (again || !isHere(arrival, key))) {
			isAhead(arrival, key, edited ? 0 : known.version(), report);
			return;
		}
		boolean older = !edited && count < theirs;
		boolean newer = !edited && ahead && arrival.dispute() == Dispute.UNPROVEN;
		String problem;
		if (older) {
			problem = this.conflicts.takeServer(table, key, arrival.pk(), arrival.row(), report);
		}
		else if (newer) {
			problem = this.conflicts.keepLocal(table, key, arrival.pk(), arrival.row(), report);
			this.pending.noteLost(table, key, known.version());
		}
		else {
			problem = this.conflicts.settle(table, key, arrival.pk(), (unsent != null) ? unsent.base() : null,
					arrival.row(), 0, report);
		}
		if (problem != null) {
			// stays a conflict until it can be settled
			this.versions.applied(table, key, Math.max(0, arrival.row().version() - 1),
					this.rows.read(table, key) == null);
			if (unsent == null) {
				this.pending.keep(table, key, null, 0, problem);
			}
			hold(arrival, key, problem);
		}
	}

	/** Returns whether the row may have been edited without a trigger. */
	private boolean isUnwatched(Arrival arrival, Object key) throws SQLException {
		return this.pending.isUnwatched(arrival.table()) && this.rows.read(arrival.table(), key) != null;
	}

	private boolean isHere(Arrival arrival, Object key) throws SQLException {
		RowPayload payload = arrival.row().payload();
		SyncRow local = this.rows.read(arrival.table(), key);
		return (local == null || payload == null) ? local == null && payload == null
				: SqliteValues.same(local, PayloadCodec.read(arrival.table(), key, payload));
	}

	private void meet(Arrival arrival, Object key, PendingChanges.Unsent unsent, TransactionReport report)
			throws SQLException {
		boolean missing = this.versions.isMissing(arrival.table(), key);
		if (missing && isOlder(arrival, key)) {
			isAhead(arrival, key, this.pending.lost(arrival.table(), key), report);
			return;
		}
		RowVersions.Known known = this.versions.known(arrival.table(), key);
		if (known != null && known.version() >= arrival.row().version() && !missing) {
			if (arrival.whole() && known.version() > arrival.row().version()) {
				isAhead(arrival, key, 0, report);
			}
			return;
		}
		long lost = this.pending.lost(arrival.table(), key);
		boolean overtaken = lost > 0 && LostVersions.count(arrival.row().version()) > lost;
		String problem = overtaken
				? this.conflicts.takeServer(arrival.table(), key, arrival.pk(), arrival.row(), report)
				: this.conflicts.settle(arrival.table(), key, arrival.pk(), unsent.base(), arrival.row(), 0, report);
		if (problem != null) {
			hold(arrival, key, problem);
		}
		else {
			dropHeld(arrival.table(), key, arrival.row().version());
		}
	}

	/**
	 * Returns whether another device has brought an older copy back of a row that the
	 * server lost and that goes back from here.
	 */
	private boolean isOlder(Arrival arrival, Object key) throws SQLException {
		return arrival.lostVersion() > 0 && arrival.lostVersion() < this.pending.lost(arrival.table(), key);
	}

	private void write(Arrival arrival, Object key) throws SQLException {
		RowPayload payload = arrival.row().payload();
		if (payload != null) {
			this.rows.write(arrival.table(), key, PayloadCodec.read(arrival.table(), key, payload));
		}
		else {
			this.rows.delete(arrival.table(), key);
		}
	}

	/** A row in a version that was known: is it what is here? */
	private void compare(Arrival arrival, Object key, TransactionReport report) throws SQLException {
		RowVersions.Known known = this.versions.known(arrival.table(), key);
		if (known != null && known.awaited()) {
			this.versions.set(arrival.table(), key, arrival.row());
		}
		else if (known != null && known.version() > arrival.row().version()) {
			isAhead(arrival, key, 0, report);
			return;
		}
		if (!isHere(arrival, key)) {
			write(arrival, key);
			report.addWritten(1);
		}
	}

	/**
	 * The server was put back: what it lost is here, and is sent on top of what it has.
	 * @param lost the version that goes back as it is; 0 for an edit
	 */
	private void isAhead(Arrival arrival, Object key, long lost, TransactionReport report) throws SQLException {
		RowPayload payload = arrival.row().payload();
		// with the same as base there would be nothing to send
		String base = (payload != null && !isHere(arrival, key))
				? BaseImage.write(PayloadCodec.read(arrival.table(), key, payload)) : null;
		this.versions.set(arrival.table(), key, arrival.row());
		this.pending.keep(arrival.table(), key, base, 0, null);
		this.pending.noteLost(arrival.table(), key, lost);
		report.addReupload();
	}

	private void hold(Arrival arrival, Object key, String reason) throws SQLException {
		RowPayload payload = afterHeld(arrival, key);
		this.database.update("""
				INSERT INTO _sync_held (table_no, key, pk, version, deleted, payload, reason, since)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (table_no, key) DO UPDATE
				SET told = told AND reason = excluded.reason, version = excluded.version,
				    deleted = excluded.deleted, payload = excluded.payload,
				    reason = excluded.reason
				WHERE excluded.version >= _sync_held.version""", arrival.table().no(), key, arrival.pk(),
				arrival.row().version(), arrival.row().deleted(), (payload != null) ? payload.toJson() : null, reason,
				this.clock.millis());
	}

	/**
	 * Returns the image that a row has after the one that is held, if there is one. An
	 * entry that lacks a column leaves it as it is, and as it is empty after a delete.
	 */
	private @Nullable RowPayload afterHeld(Arrival arrival, Object key) throws SQLException {
		RowPayload payload = arrival.row().payload();
		Held held = (payload != null) ? heldBefore(arrival, key) : null;
		if (payload == null || held == null) {
			return payload;
		}
		RowPayload before = arrival(held).row().payload();
		if (before != null) {
			return StreamImages.after(before, payload);
		}
		return this.versions.withDefaults(arrival.table(), payload, PayloadCodec.absent(arrival.table(), payload));
	}

	private @Nullable Held heldBefore(Arrival arrival, Object key) throws SQLException {
		return this.database.first("SELECT version FROM _sync_held WHERE table_no = ? AND key = ? AND version < ?",
				(row) -> new Held(arrival.table(), key, arrival.pk(), row.getLong(1)), arrival.table().no(), key,
				arrival.row().version());
	}

	/** Holds a row that a conflict could not be settled with. */
	public void hold(LocalTable table, Object key, String pk, ReceivedRow row, String reason) throws SQLException {
		hold(new Arrival(table, pk, row, false), key, reason);
	}

	public void dropHeld(LocalTable table, Object key, long version) throws SQLException {
		this.database.update("DELETE FROM _sync_held WHERE table_no = ? AND key = ? AND version <= ?", table.no(), key,
				version);
	}

	/** Returns whether a row is held in a version, or a later one. */
	public boolean isHeld(LocalTable table, Object key, long version) throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_held WHERE table_no = ? AND key = ? AND version >= ?",
				table.no(), key, version) > 0;
	}

	public long heldCount() throws SQLException {
		return this.database.number("SELECT count(*) FROM _sync_held");
	}

	/**
	 * Returns whether rows are held that may be let in now. Whatever this client writes,
	 * it tries them; so it is others who may have made room.
	 */
	public boolean isHeldDue() throws SQLException {
		return this.database.version() != this.triedAt && heldCount() > 0;
	}

	/** Tries to write what is held, until nothing more can be. */
	public void retryHeld(TransactionReport report) throws SQLException {
		long before = heldCount();
		retryHeld(false, report);
		// one that was left out may be let in by what was written with it
		boolean tried = this.database.leftOut() == 0 || (report.written() == 0 && !this.database.isTired());
		if (tried && heldCount() == before) {
			this.triedAt = this.database.version();
		}
	}

	/** Tries to write what is held of rows that have no local changes any more. */
	public void releaseHeld() throws SQLException {
		// without local changes there is no conflict to be reported
		retryHeld(true, new TransactionReport());
	}

	private static String name(Held row) {
		return row.table.step("write", row.key, row.version);
	}

	private void retryHeld(boolean cleanOnly, TransactionReport report) throws SQLException {
		for (Held row : held()) {
			// an upload that kept the row from being followed may have been answered
			this.keys.follow(row.table, row.pk);
		}
		List<Held> held = held(cleanOnly);
		int before;
		do {
			before = held.size();
			for (Held row : held) {
				if (report.isUnsettled(row.table, row.pk) || !this.database.mayTry(name(row))) {
					continue;
				}
				Arrival arrival = arrival(row);
				String forbidden = this.database.attempt(name(row), () -> {
					dropHeld(row.table, row.key, row.version);
					take(arrival, row.key, false, report);
				});
				if (forbidden != null) {
					hold(arrival, row.key, forbidden);
				}
			}
			held = held(cleanOnly);
		}
		while (!held.isEmpty() && held.size() < before);
		if (held.size() > 1) {
			exchange(held, report);
		}
	}

	/**
	 * Rows may stand in each other's way, as two that exchanged their unique values do:
	 * they are written together, all deleted first. Foreign keys are not enforced here.
	 */
	private void exchange(List<Held> held, TransactionReport report) throws SQLException {
		List<Exchanged> whole = new ArrayList<>();
		for (Held row : held) {
			Arrival arrival = arrival(row);
			RowPayload payload = arrival.row().payload();
			if (payload != null && isClean(row)) {
				SyncRow local = this.rows.read(row.table, row.key);
				Map<String, @Nullable Object> values = new LinkedHashMap<>((local != null) ? local.asMap() : Map.of());
				values.putAll(PayloadCodec.read(row.table, row.key, payload).asMap());
				whole.add(new Exchanged(row, arrival.row(), new SyncRow(values)));
			}
		}
		this.database.attempt("exchange", () -> {
			for (Exchanged exchanged : whole) {
				this.rows.delete(exchanged.held.table, exchanged.held.key);
			}
			for (Exchanged exchanged : whole) {
				Held row = exchanged.held;
				this.rows.write(row.table, row.key, exchanged.local);
				this.versions.advance(row.table, row.key, exchanged.server);
				dropHeld(row.table, row.key, row.version);
			}
			report.addWritten(whole.size());
		});
	}

	private List<Held> held(boolean cleanOnly) throws SQLException {
		List<Held> held = held();
		if (cleanOnly) {
			List<Held> clean = new ArrayList<>();
			for (Held row : held) {
				if (isClean(row)) {
					clean.add(row);
				}
			}
			return clean;
		}
		return held;
	}

	private boolean isClean(Held row) throws SQLException {
		return this.pending.unsent(row.table, row.key) == null && !this.pending.isSent(row.table, row.key);
	}

	/** Returns the held rows without their contents, which may be large. */
	private List<Held> held() throws SQLException {
		List<Held> held = new ArrayList<>(
				this.database.query("SELECT table_no, key, pk, version FROM _sync_held ORDER BY rowid", (row) -> {
					LocalTable table = this.tables.byNo(row.getLong(1));
					return (table != null) ? new Held(table, row.getObject(2), row.getString(3), row.getLong(4)) : null;
				}));
		// those that roll back wait for their turn, see Database#mayTry
		held.sort(Comparator.comparingLong((row) -> this.database.rolledBack(name(row))));
		return held;
	}

	private Arrival arrival(Held held) throws SQLException {
		ReceivedRow row = this.database.first("SELECT deleted, payload FROM _sync_held WHERE table_no = ? AND key = ?",
				(resultSet) -> {
					String payload = resultSet.getString(2);
					return new ReceivedRow(held.version, resultSet.getBoolean(1),
							(payload != null) ? RowPayload.parse(payload) : null);
				}, held.table.no(), held.key);
		if (row == null) {
			throw new IllegalStateException("A row of " + held.table.name() + " is not held any more");
		}
		return new Arrival(held.table, held.pk, row, false);
	}

	/** A row that is held. */
	private record Held(LocalTable table, Object key, String pk, long version) {
	}

	/** A held row, and what it is to be here. */
	private record Exchanged(Held held, ReceivedRow server, SyncRow local) {
	}

}
