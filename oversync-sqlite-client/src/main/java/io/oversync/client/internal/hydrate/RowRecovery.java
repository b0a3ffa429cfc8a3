/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.hydrate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.oversync.client.HydrateProgress;
import io.oversync.client.LocalDatabaseException;
import io.oversync.client.NetworkException;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.Arrival;
import io.oversync.client.internal.apply.Dispute;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.apply.StreamImages;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.PageSource;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.PagePosition;
import io.oversync.client.internal.history.StreamSpan;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.ChangesReceiver;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.protocol.ServerState;
import io.oversync.client.internal.report.HydrateProgressReport;
import io.oversync.client.internal.report.HydrateReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Compares all rows with the server's. The latest version of each row is collected in the
 * table {@code _sync_staged}, page by page of a frozen window, and then written or
 * disputed. After a crash it goes on where it was. All transactions are short, since the
 * application writes at the same time.
 *
 * <p>
 * The server counts the device with its old cursor meanwhile, and not with 0 and the
 * positions that it reads: until everything is staged the device has what it had before,
 * and a sync or a comparison that comes in between goes on from there. Staging needs
 * nothing of what a compaction removes, since only the latest version of each row counts.
 */
public final class RowRecovery {

	/** Attempts to read the stream while tombstones expire. */
	private static final int ATTEMPTS = 3;

	/** Rows that one transaction writes, unless they are large. */
	private static final int STEP = 500;

	private static final long STEP_BYTES = 1024 * 1024;

	/** The number of known rows that one transaction examines. */
	private static final int MISSING_STEP = 5000;

	/** A value below all keys: SQLite sorts numbers before texts. */
	private static final Object FIRST_KEY = Long.MIN_VALUE;

	/** A value above all texts and all keys of 16 bytes. */
	private static final Object LAST_KEY = HexFormat.of().parseHex("ff".repeat(17));

	private final Database database;

	private final SyncState state;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final PendingChanges pending;

	private final Clock clock;

	private final PageSource pages;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final Reconciliation reconciliation;

	private final ExpiredRows expired;

	private final Listeners listeners;

	public RowRecovery(ClientStore store, PageSource pages, ServerRowApplier serverRows, StreamWatch watch,
			OwnChanges ownChanges, Listeners listeners) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.pending = store.pending();
		this.clock = store.clock();
		this.pages = pages;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.reconciliation = new Reconciliation(store, ownChanges.sourceId());
		this.expired = new ExpiredRows(this.database);
		this.listeners = listeners;
	}

	HydrateReport run(Consumer<HydrateProgress> progress) {
		for (int i = 0; i < ATTEMPTS; i++) {
			long expired = this.watch.serverState().expiredRows();
			Staging staging = stage(expired, progress);
			ServerState now = this.watch.serverState();
			// what expired meanwhile may be among the rows, and its delete not
			if (this.database.read(this.state::hydrationExpiredRows) == now.expiredRows()) {
				return finish(staging.downloaded, staging.window, now.retainedSince());
			}
			this.database.write(() -> {
				check(staging.window);
				this.state.abandonHydration();
				return staging;
			});
		}
		throw new SyncException("Tombstones expired on the server during each of " + ATTEMPTS
				+ " attempts to read its stream: hydrate() again later");
	}

	private Staging stage(long expired, Consumer<HydrateProgress> progress) {
		Staging staging = new Staging(this.database.write(() -> begin(expired)), progress);
		// the first page shows whether there is more
		boolean more = staging.page();
		staging.report();
		while (more) {
			more = this.pages.isWhole() ? staging.whole() : staging.page();
			staging.report();
		}
		this.pages.ended();
		return staging;
	}

	/** Resumes the window of an interrupted hydration, or begins one. */
	private SyncState.Window begin(long expired) throws SQLException {
		SyncState.Window window = this.state.hydration();
		if (window != null) {
			return window;
		}
		SyncState.Window begun = this.state.beginHydration(expired);
		if (this.reconciliation.isNeeded()) {
			this.reconciliation.begin();
		}
		return begun;
	}

	/** An upload, and a download that goes beyond it, make the window useless. */
	private void check(SyncState.Window expected) throws SQLException {
		if (!expected.equals(this.state.hydration())) {
			throw new SyncException("Another process has synced the database meanwhile: hydrate() again");
		}
	}

	private void stage(List<ReceivedChange> changes, StreamSpan span, SyncState.Window before, SyncState.Window after)
			throws SQLException {
		check(before);
		boolean recovering = this.reconciliation.isNeeded();
		for (ReceivedChange change : changes) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null) {
				stage(table, change, recovering);
			}
		}
		this.watch.noteStaged(span);
		this.ownChanges.noteIds(changes);
		if (!recovering) {
			this.ownChanges.noteConfirmed(changes);
		}
		this.state.moveHydration(after, this.clock.millis());
	}

	private void stage(LocalTable table, ReceivedChange change, boolean recovering) throws SQLException {
		RowPayload payload = change.row().payload();
		Object key = this.keys.local(table, change.pk(),
				(payload != null) ? payload.members().get(table.key().member()) : null);
		boolean confirmed = !recovering || this.reconciliation.isConfirmed(table, key, change);
		boolean late = recovering && this.reconciliation.isLate(change);
		long regained = recovering ? this.reconciliation.regained(table, key, change) : 0;
		String before = (payload != null)
				? this.database.first("SELECT payload FROM _sync_staged WHERE table_no = ? AND key = ?",
						(row) -> row.getString(1), table.no(), key)
				: null;
		RowPayload image = StreamImages.after((before != null) ? RowPayload.parse(before) : null, payload);
		this.database.update("DELETE FROM _sync_staged WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT INTO _sync_staged (seq, table_no, key, pk, version, deleted, payload, confirmed, late,
				                          regained)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", change.serverId(), table.no(), key, change.pk(),
				change.row().version(), change.row().deleted(), (image != null) ? image.toJson() : null, confirmed,
				late, regained);
	}

	private HydrateReport finish(long downloaded, SyncState.Window window, long retained) {
		long missing = markMissing(window, retained);
		Written total = new Written(0, 0, 0, List.of());
		Written step;
		do {
			step = writeStep(window);
			this.listeners.tell(step.conflicts);
			total = total.plus(step);
		}
		while (step.rows > 0);
		Written all = total;
		return this.database.write(() -> {
			check(window);
			this.watch.noteHydrated();
			this.ownChanges.noteHydrated();
			// also back, if the server was put back
			this.state.endHydration();
			return new HydrateReport(downloaded, all.rows, all.written, all.reuploads + missing, all.conflicts,
					this.serverRows.heldCount());
		});
	}

	/**
	 * Rows that the server has confirmed once and does not know any more are sent again,
	 * unless they were deleted so long ago that it does not know that either. This comes
	 * first, while all that was collected is there.
	 */
	private long markMissing(SyncState.Window window, long retained) {
		long missing = 0;
		if (this.database.read(this.state::isMissingMarked)) {
			return missing;
		}
		this.database.write(() -> {
			check(window);
			if (this.reconciliation.isNeeded()) {
				this.reconciliation.finish(this.tables);
			}
			return window;
		});
		if (this.database.read(() -> isAway(retained)) && !this.watch.hasNewEpoch()) {
			List<LocalTable> childrenFirst = new ArrayList<>(this.tables.parentsFirst());
			Collections.reverse(childrenFirst);
			childrenFirst.forEach((table) -> inSteps(table, window, this.expired::stage));
		}
		for (LocalTable table : this.tables.parentsFirst()) {
			missing += inSteps(table, window, this.pending::markMissing);
		}
		this.database.write(() -> {
			this.state.noteMissingMarked();
			return window;
		});
		return missing;
	}

	private long inSteps(LocalTable table, SyncState.Window window, KnownRows work) {
		long count = 0;
		Object after = FIRST_KEY;
		while (after != LAST_KEY) {
			Object from = after;
			Object until = this.database.read(() -> stepEnd(table, from));
			count += this.database.write(() -> {
				check(window);
				return work.apply(table, from, until);
			});
			after = until;
		}
		return count;
	}

	/**
	 * Returns whether this device has missed deletes that the server does not know any
	 * more. Not if the server was put back, or if it is not certain that it was not: it
	 * may have lost the rows then, and what only this device has must not be lost.
	 */
	private boolean isAway(long retained) throws SQLException {
		long cursor = this.state.heardUntil();
		return cursor > 0 && cursor < retained && !this.reconciliation.isNeeded() && this.state.confirmed() == null;
	}

	private Object stepEnd(LocalTable table, Object after) throws SQLException {
		Object end = this.database.first(
				"SELECT key FROM _sync_row WHERE table_no = ? AND key > ? ORDER BY key LIMIT 1 OFFSET ?",
				(row) -> row.getObject(1), table.no(), after, MISSING_STEP - 1);
		return (end != null) ? end : LAST_KEY;
	}

	private Written writeStep(SyncState.Window window) {
		try {
			return writeStep(window, false);
		}
		catch (LocalDatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause && Database.isConstraint(cause)) {
				return writeStep(window, true);
			}
			throw ex;
		}
	}

	private Written writeStep(SyncState.Window window, boolean careful) {
		return this.database.apply(() -> {
			check(window);
			TransactionReport report = new TransactionReport();
			List<Staged> step = staged();
			this.serverRows.arrive(step.stream().map(Staged::arrival).filter(Objects::nonNull).toList(), careful,
					report);
			if (!step.isEmpty()) {
				this.database.update("DELETE FROM _sync_staged WHERE seq <= ?", step.get(step.size() - 1).seq);
			}
			return new Written(step.size(), report.written(), report.reuploads(), List.copyOf(report.conflicts()));
		});
	}

	private List<Staged> staged() throws SQLException {
		List<Staged> rows = new ArrayList<>();
		long[] left = { STEP_BYTES };
		this.database.each("""
				SELECT seq, table_no, pk, version, deleted, payload, confirmed, late, regained FROM _sync_staged
				ORDER BY seq LIMIT ?""", (row) -> {
			LocalTable table = this.tables.byNo(row.getLong(2));
			String payload = row.getString(6);
			left[0] -= (payload != null) ? payload.length() : 0;
			rows.add(new Staged(row.getLong(1), (table != null) ? arrival(table, row) : null));
			return left[0] > 0;
		}, STEP);
		return rows;
	}

	private @Nullable Arrival arrival(LocalTable table, ResultSet row) throws SQLException {
		String pk = row.getString(3);
		String payload = row.getString(6);
		ReceivedRow server = new ReceivedRow(row.getLong(4), row.getBoolean(5),
				(payload != null) ? RowPayload.parse(payload) : null);
		Dispute dispute = this.reconciliation.dispute(table, pk, row.getBoolean(7), row.getBoolean(8), row.getLong(9));
		return (dispute == Dispute.NONE && mayBeEdited(table, pk)) ? null
				: new Arrival(table, pk, server, true, dispute, 0);
	}

	/**
	 * Returns whether a row may have been edited without a trigger since the hydration
	 * began: the comparison, which comes next, finds out.
	 */
	private boolean mayBeEdited(LocalTable table, String pk) throws SQLException {
		return this.pending.isUnwatched(table) && this.keys.exists(table, this.keys.local(table, pk, null));
	}

	/**
	 * Collects pages; each part of a page is one transaction together with its position.
	 */
	private final class Staging {

		private SyncState.Window window;

		private final Consumer<HydrateProgress> progress;

		private long downloaded;

		Staging(SyncState.Window window, Consumer<HydrateProgress> progress) {
			this.window = window;
			this.progress = progress;
		}

		void report() {
			this.progress.accept(new HydrateProgressReport(this.downloaded, this.window.after(), this.window.until()));
		}

		/** Collects an answer with everything, and returns whether there is more. */
		boolean whole() {
			WholeStaging staging = new WholeStaging(this);
			try {
				DownloadPage end = RowRecovery.this.pages.peekWhole(this.window.after(), this.window.until(), staging);
				return staging.end(end);
			}
			catch (NetworkException | ServerException ex) {
				RowRecovery.this.pages.wholeBrokeOff(staging.begun, staging.position.hasMoved(), ex);
				return true;
			}
		}

		/** Returns whether there is more to be collected. */
		boolean page() {
			int limit = RowRecovery.this.pages.limit();
			long until = this.window.until();
			PagePosition position = new PagePosition(this.window.after());
			try {
				DownloadPage page = RowRecovery.this.pages.peek(this.window.after(), limit, until, (part) -> {
					part.forEach(position::add);
					write(part, position.next(), until);
				});
				requireReached(page.windowUntil(), until);
				long end = (until > 0) ? until : page.windowUntil();
				if (page.hasMore()) {
					RowRecovery.this.pages.preparePeek(page.nextAfter(), end);
				}
				page.changes().forEach(position::add);
				write(page.changes(), position.next(page), end);
				return page.hasMore();
			}
			catch (NetworkException | ServerException ex) {
				RowRecovery.this.pages.brokeOff(limit, position.count(), position.hasMoved(), ex);
				return true;
			}
		}

		private void requireReached(long windowUntil, long until) {
			if (windowUntil < until) {
				throw RowRecovery.this.watch.lost("its stream ends at " + windowUntil + " and had reached " + until);
			}
		}

		private void write(List<ReceivedChange> changes, StreamSpan span, long until) {
			SyncState.Window before = this.window;
			SyncState.Window after = new SyncState.Window(span.until(), until);
			RowRecovery.this.database.write(() -> {
				stage(changes, span, before, after);
				return after;
			});
			this.window = after;
			this.downloaded += changes.size();
		}

	}

	/** An answer with everything, whose parts are collected as they come. */
	private static final class WholeStaging implements ChangesReceiver {

		private final Staging staging;

		private final PagePosition position;

		private long until;

		private boolean begun;

		WholeStaging(Staging staging) {
			this.staging = staging;
			this.position = new PagePosition(staging.window.after());
			this.until = staging.window.until();
		}

		@Override
		public void begin(long restores, long windowUntil) {
			this.begun = true;
			this.position.leads(restores);
			if (windowUntil > 0) {
				reach(windowUntil);
			}
		}

		@Override
		public void part(List<ReceivedChange> changes) {
			changes.forEach(this.position::add);
			this.staging.write(changes, this.position.next(), this.until);
			this.staging.report();
		}

		boolean end(DownloadPage end) {
			reach(end.windowUntil());
			end.changes().forEach(this.position::add);
			this.staging.write(end.changes(), this.position.next(end), this.until);
			return end.hasMore();
		}

		private void reach(long windowUntil) {
			this.staging.requireReached(windowUntil, this.until);
			this.until = (this.until > 0) ? this.until : windowUntil;
		}

	}

	/** Work on the known rows with keys above one and up to another. */
	private interface KnownRows {

		int apply(LocalTable table, Object after, Object until) throws SQLException;

	}

	/**
	 * A collected row.
	 *
	 * @param seq its place
	 * @param arrival the row; null if its table is not synced any more, or is compared
	 * first
	 */
	private record Staged(long seq, @Nullable Arrival arrival) {
	}

	/** The effects of writing collected rows. */
	private record Written(long rows, long written, long reuploads, List<ResolvedConflict> conflicts) {

		Written plus(Written next) {
			List<ResolvedConflict> all = new ArrayList<>(this.conflicts);
			all.addAll(next.conflicts);
			return new Written(this.rows + next.rows, this.written + next.written, this.reuploads + next.reuploads,
					List.copyOf(all));
		}

	}

}
