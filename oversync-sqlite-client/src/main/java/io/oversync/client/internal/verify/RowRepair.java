/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.Arrival;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.apply.StreamImages;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.PageSource;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.RepairReport;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.report.VerifyReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions.Known;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows that a verification has found as the server has them:
 * <ol>
 * <li>the rows are noted in the table {@code _sync_repair};
 * <li>a few rows are read at the positions of their latest changes;
 * <li>if that is not enough, the stream is read from its start: only the whole of it
 * shows what a row is that was sent in parts, and whether one that the server does not
 * have was deleted;
 * <li>rows that it has shown are written as any other row of the server;
 * <li>of the others, those go whose delete was known here. The rest is known to this
 * device alone, and is sent.
 * </ol>
 * A row that has changed since it was found is left alone. After a crash nothing of this
 * is needed: the next repair begins again.
 */
public final class RowRepair {

	/** Rows that one transaction writes, unless they are large. */
	private static final int STEP = 100;

	private static final long STEP_LENGTH = 1024 * 1024;

	/** The position of a change that the server has and did not name. */
	private static final int UNKNOWN = -1;

	/** Attempts to read the stream while tombstones expire. */
	private static final int SCANS = 3;

	/** Rows that are read one by one. */
	private static final int FEW = 50;

	private final Database database;

	private final SyncState state;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final RowVerifier verifier;

	private final PageSource pages;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final Listeners listeners;

	public RowRepair(ClientStore store, RowVerifier verifier, PageSource pages, ServerRowApplier serverRows,
			StreamWatch watch, Listeners listeners) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.verifier = verifier;
		this.pages = pages;
		this.serverRows = serverRows;
		this.watch = watch;
		this.listeners = listeners;
	}

	/** Repairs all rows that differ. */
	public RepairReport run() {
		clear();
		VerifyReport found = this.verifier.run(this::note, true);
		this.listeners.tell(found);
		long differing = this.database.read(() -> this.database.number("SELECT count(*) FROM _sync_repair"));
		Repaired total = new Repaired(0, 0, 0, 0, List.of());
		long downloaded = 0;
		if (differing > 0) {
			downloaded = (differing <= FEW) ? readLatest() : 0;
			if (this.database.read(this::isLacking)) {
				downloaded += readAll();
			}
			Repaired step;
			do {
				step = this.database.apply(this::writeStep);
				this.listeners.tell(step.conflicts);
				total = total.plus(step);
			}
			while (step.rows > 0);
		}
		return new RepairReport(differing, downloaded, total.written, total.reuploads, total.left, total.conflicts,
				this.database.read(this.serverRows::heldCount));
	}

	private void clear() {
		this.database.write(() -> this.database.update("DELETE FROM _sync_repair"));
	}

	private void note(List<FoundDifference> found) {
		for (int i = 0; i < found.size(); i += STEP) {
			List<FoundDifference> step = found.subList(i, Math.min(found.size(), i + STEP));
			this.database.write(() -> {
				for (FoundDifference row : step) {
					this.database.update("""
							INSERT OR REPLACE INTO _sync_repair (table_no, key, pk, known, doubled, latest)
							VALUES (?, ?, ?, ?, ?, ?)""", row.table().no(), row.key(), row.pk(), row.version(),
							row.doubled(), (row.place() == 0 && row.serverVersion() > 0) ? UNKNOWN : row.place());
				}
				return step;
			});
		}
	}

	/** Reads the latest changes of rows, as far as each is the whole row. */
	private long readLatest() {
		List<Long> places = this.database.read(() -> this.database
			.query("SELECT latest FROM _sync_repair WHERE latest > 0 ORDER BY latest", (row) -> row.getLong(1)));
		long count = 0;
		for (long place : places) {
			List<ReceivedChange> read = new ArrayList<>();
			DownloadPage page = this.pages.peek(place - 1, 1, place, read::addAll);
			read.addAll(page.changes());
			count += read.size();
			stage(read.stream().filter((change) -> change.serverId() == place && isWhole(change)).toList());
		}
		return count;
	}

	private boolean isWhole(ReceivedChange change) {
		LocalTable table = this.tables.onServer(change.schema(), change.table());
		RowPayload payload = change.row().payload();
		return table != null && payload != null && PayloadCodec.absent(table, payload).isEmpty();
	}

	/** Returns whether it is not known yet what a row is to become. */
	private boolean isLacking() throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_repair AS d WHERE d.place = 0 AND d.doubled = 0 AND NOT (
				  d.latest = 0 AND EXISTS (SELECT 1 FROM _sync_row AS r WHERE r.table_no = d.table_no
				    AND r.key = d.key AND r.deleted = 1 AND r.version > 0)))""") > 0;
	}

	private long readAll() {
		long read = 0;
		for (int i = 0; i < SCANS; i++) {
			long expired = this.watch.serverState().expiredRows();
			this.database.write(() -> this.database
				.update("UPDATE _sync_repair SET place = 0, version = NULL, deleted = NULL, payload = NULL"));
			read += new StreamScan(this.pages, this.watch, this.database.read(this.state::cursor), this::stage).run();
			if (this.watch.serverState().expiredRows() == expired) {
				return read;
			}
		}
		throw new SyncException("Tombstones expired on the server during each of " + SCANS
				+ " attempts to read its stream: repair again later");
	}

	/** Collects what the stream shows of the rows. */
	private void stage(List<ReceivedChange> part) {
		List<ReceivedChange> wanted = this.database.read(() -> wanted(part));
		if (!wanted.isEmpty()) {
			this.database.write(() -> {
				for (ReceivedChange change : wanted) {
					stage(Objects.requireNonNull(this.tables.onServer(change.schema(), change.table())), change);
				}
				return wanted;
			});
		}
	}

	private List<ReceivedChange> wanted(List<ReceivedChange> part) throws SQLException {
		List<ReceivedChange> wanted = new ArrayList<>();
		for (ReceivedChange change : part) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null && this.database.number(
					"SELECT EXISTS (SELECT 1 FROM _sync_repair WHERE table_no = ? AND pk = ? AND doubled = 0)",
					table.no(), UuidKeys.uuid(change.pk())) > 0) {
				wanted.add(change);
			}
		}
		return wanted;
	}

	private void stage(LocalTable table, ReceivedChange change) throws SQLException {
		String pk = UuidKeys.uuid(change.pk());
		String before = this.database.first(
				"SELECT payload FROM _sync_repair WHERE table_no = ? AND pk = ? AND doubled = 0",
				(row) -> row.getString(1), table.no(), pk);
		RowPayload image = StreamImages.after((before != null) ? RowPayload.parse(before) : null,
				change.row().payload());
		this.database.update("""
				UPDATE _sync_repair SET place = ?, version = ?, deleted = ?, payload = ?
				WHERE table_no = ? AND pk = ? AND doubled = 0""", change.serverId(), change.row().version(),
				change.row().deleted(), (image != null) ? image.toJson() : null, table.no(), pk);
	}

	/** Those that the stream has not shown come last, after all that they refer to. */
	private Repaired writeStep() throws SQLException {
		List<Found> step = step();
		TransactionReport report = new TransactionReport();
		List<Arrival> arrivals = new ArrayList<>();
		long left = 0;
		long reuploads = 0;
		for (Found row : step) {
			LocalTable table = row.table;
			if (table != null) {
				if (isTouched(table, row)) {
					left++;
				}
				else if (row.place > 0) {
					arrivals.add(row.arrival(table));
				}
				else if (isGone(table, row)) {
					left += delete(table, row, report) ? 0 : 1;
				}
				else if (this.keys.exists(table, row.key)) {
					send(table, row);
					reuploads++;
				}
				else {
					left++;
				}
			}
			this.database.update("DELETE FROM _sync_repair WHERE table_no = ? AND key = ?", row.tableNo, row.key);
		}
		if (!arrivals.isEmpty()) {
			this.serverRows.arrive(arrivals, true, report);
		}
		return new Repaired(step.size(), report.written(), report.reuploads() + reuploads, left,
				List.copyOf(report.conflicts()));
	}

	private List<Found> step() throws SQLException {
		List<Found> step = new ArrayList<>();
		long[] left = { STEP_LENGTH };
		this.database.each("""
				SELECT table_no, key, pk, known, doubled, place, version, deleted, payload FROM _sync_repair
				ORDER BY place = 0, place, table_no, key LIMIT ?""", (row) -> {
			String payload = row.getString(9);
			left[0] -= (payload != null) ? payload.length() : 0;
			step.add(new Found(row.getLong(1), this.tables.byNo(row.getLong(1)), row.getObject(2), row.getString(3),
					row.getLong(4), row.getBoolean(5), row.getLong(6), row.getLong(7), row.getBoolean(8), payload));
			return left[0] > 0;
		}, STEP);
		return step;
	}

	/**
	 * Returns whether the row was changed here, or by another sync, since it was found.
	 */
	private boolean isTouched(LocalTable table, Found row) throws SQLException {
		Known known = this.versions.known(table, row.key);
		return ((known != null) ? known.version() : 0) != row.known || this.pending.isSent(table, row.key)
				|| this.pending.unsent(table, row.key) != null || this.pending.isUnwatched(table);
	}

	private boolean isGone(LocalTable table, Found row) throws SQLException {
		Known known = this.versions.known(table, row.key);
		return row.doubled || (known != null && known.deleted() && !known.awaited() && known.version() > 0);
	}

	private boolean delete(LocalTable table, Found row, TransactionReport report) throws SQLException {
		String forbidden = this.database.attempt(table.step("repair", row.key, row.known),
				() -> this.rows.delete(table, row.key));
		if (forbidden == null) {
			report.addWritten(1);
		}
		return forbidden == null;
	}

	/** The server has no trace of the row: what only this device has must not be lost. */
	private void send(LocalTable table, Found row) throws SQLException {
		this.pending.keep(table, row.key, null, 0, null);
		if (row.known > 0) {
			this.versions.noteMissing(table, row.key);
			this.pending.noteLost(table, row.key, row.known);
		}
	}

	/**
	 * A row that differs.
	 *
	 * @param tableNo the number of its table
	 * @param table its table; null if it is not synced any more
	 * @param key its key in the table
	 * @param pk its key on the wire
	 * @param known the version that was known when it was found
	 * @param doubled whether it is here in another spelling as well
	 * @param place the position of its latest change, or 0
	 * @param version the server's version
	 * @param deleted whether it is deleted there
	 * @param payload the server's row, or null
	 */
	private record Found(long tableNo, @Nullable LocalTable table, Object key, String pk, long known, boolean doubled,
			long place, long version, boolean deleted, @Nullable String payload) {

		Arrival arrival(LocalTable of) {
			return new Arrival(of, this.pk, new ReceivedRow(this.version, this.deleted,
					(this.payload != null) ? RowPayload.parse(this.payload) : null), true);
		}

	}

	/**
	 * The effects of a step.
	 *
	 * @param rows the number of its rows
	 * @param written the local rows that were written
	 * @param reuploads the rows that are sent
	 * @param left the rows that were left alone
	 * @param conflicts the conflicts
	 */
	private record Repaired(long rows, long written, long reuploads, long left, List<ResolvedConflict> conflicts) {

		Repaired plus(Repaired next) {
			List<ResolvedConflict> all = new ArrayList<>(this.conflicts);
			all.addAll(next.conflicts);
			return new Repaired(this.rows + next.rows, this.written + next.written, this.reuploads + next.reuploads,
					this.left + next.left, List.copyOf(all));
		}

	}

}
