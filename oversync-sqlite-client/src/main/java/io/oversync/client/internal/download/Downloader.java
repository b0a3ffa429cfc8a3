/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.download;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.oversync.client.LocalDatabaseException;
import io.oversync.client.NetworkException;
import io.oversync.client.Recovery;
import io.oversync.client.ServerException;
import io.oversync.client.internal.apply.Arrival;
import io.oversync.client.internal.apply.Dispute;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.PagePosition;
import io.oversync.client.internal.history.StreamSpan;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.ChangesReceiver;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.RecoveryReport;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ChangeIds;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the server's changes, a page at a time, or everything in one answer when that
 * is more than a page; each part is one transaction together with its cursor.
 */
public final class Downloader {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private final Database database;

	private final SyncState state;

	private final PageSource pages;

	private final LocalTables tables;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final Listeners listeners;

	private final Clock clock;

	/** When the server last answered, also if there was nothing to be written. */
	private volatile long lastAnswer;

	/** What was seen of the stream when the next page was asked for. */
	private long reachedAhead = Long.MAX_VALUE;

	/** Whether the next page is asked for while one is written. */
	private boolean draining;

	/** Receives the sum of what was fetched, after each part of one large answer. */
	private Consumer<DownloadReport> progress = (sum) -> {
	};

	public Downloader(ClientStore store, PageSource pages, ServerRowApplier serverRows, StreamWatch watch,
			OwnChanges ownChanges, Listeners listeners) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.clock = store.clock();
		this.pages = pages;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.listeners = listeners;
	}

	/**
	 * Fetches one page. If it breaks off after some of it was written, that is what came
	 * of it, and the next one goes on from there.
	 */
	public DownloadReport once(int limit) {
		SyncState.Position position = this.database.read(this.state::position);
		// a page may begin with the last change that was seen, which saves a request
		if (position.cursor() == position.ownCursor() && this.watch.isDueAt(position.cursor())) {
			try {
				return once(limit, position, true);
			}
			catch (NotSeenException ex) {
				logger.debug("The last change that was seen is not where it was, or one of another schema");
			}
		}
		// before the page: its first part is written while the rest still comes
		this.watch.verify();
		return once(limit, position, false);
	}

	private DownloadReport once(int limit, SyncState.Position position, boolean looks) {
		// a database that is new has not seen this device's own rows either
		boolean own = looks || !position.hydrated() || this.ownChanges.isWanted();
		long after = own ? position.ownCursor() : position.cursor();
		Parts parts = new Parts(position, after, own, looks);
		try {
			DownloadPage page = looks
					? this.pages.get(after - 1, Math.min(PageSize.MAX, limit + 1), true, 0, parts::add)
					: this.pages.get(after, limit, own, 0, parts::add);
			if (page.hasMore() && this.draining) {
				boolean ownNext = !position.hydrated() || this.ownChanges.isWanted();
				this.pages.prepare(page.nextAfter(), ownNext, 0);
				this.reachedAhead = Math.max(parts.reached, page.windowUntil());
			}
			this.lastAnswer = this.clock.millis();
			return parts.end(page);
		}
		catch (NetworkException | ServerException ex) {
			this.pages.brokeOff(limit, parts.position.count(), parts.position.hasMoved(), ex);
			return parts.result;
		}
		finally {
			parts.tellUnknown();
		}
	}

	/**
	 * Fetches everything in one answer. If it breaks off after some of it was written,
	 * that is what came of it.
	 * @param before what was fetched before
	 */
	private DownloadReport whole(DownloadReport before) {
		// before the answer: its parts are written while the rest still comes
		this.watch.verify();
		SyncState.Position position = this.database.read(this.state::position);
		boolean own = !position.hydrated() || this.ownChanges.isWanted();
		long after = own ? position.ownCursor() : position.cursor();
		Parts parts = new Parts(position, after, own, false);
		parts.before = before;
		try {
			DownloadPage end = this.pages.whole(after, own, 0, parts);
			this.lastAnswer = this.clock.millis();
			return parts.end(end);
		}
		catch (NetworkException | ServerException ex) {
			this.pages.wholeBrokeOff(parts.begun, parts.position.hasMoved(), ex);
			return parts.result;
		}
		finally {
			parts.tellUnknown();
		}
	}

	/** Returns when the server last answered, in milliseconds; 0 for not yet. */
	public long lastAnswer() {
		return this.lastAnswer;
	}

	/** Returns whether something is to be fetched before anything is sent. */
	public boolean isBehind() {
		return this.ownChanges.isFirst() || !this.database.read(this.state::position).hydrated();
	}

	private static Recovery recovery(int unknown, boolean first) {
		String message = "The server has " + unknown + " changes of this device that this database does not know: ";
		Recovery recovery = first
				? new RecoveryReport(Recovery.Reason.DATABASE_PUT_BACK,
						message + "an older copy of it was put back, or another installation uses this device's id", 0)
				: new RecoveryReport(Recovery.Reason.DEVICE_SHARED,
						message + "another installation uses this device's id. Give each its own", 0);
		logger.warn("{}. They were fetched", recovery.message());
		return recovery;
	}

	/**
	 * Notes the ids that this device has used up to the stream's end, for an upload that
	 * no download comes before.
	 */
	public void noteOwnIds() {
		SyncState.Position position = this.database.read(this.state::position);
		if (!this.ownChanges.isIdMissing() || !position.hydrated()) {
			return;
		}
		DownloadPage page;
		long after = position.ownCursor();
		do {
			page = this.pages.peek(after, this.pages.limit(), 0, this::writeOwnIds);
			writeOwnIds(page.changes());
			after = page.nextAfter();
		}
		while (page.hasMore());
		this.ownChanges.looked();
	}

	private void writeOwnIds(List<ReceivedChange> changes) {
		this.database.write(() -> {
			this.ownChanges.noteIds(changes);
			return changes;
		});
	}

	/** Reports at once: the next page may fail, and this one does not come again. */
	private DownloadReport told(DownloadReport result) {
		this.listeners.tell(result.conflicts());
		return result;
	}

	private Applied apply(List<ReceivedChange> changes, Move move, boolean own) {
		try {
			return apply(changes, move, own, false);
		}
		catch (LocalDatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause && Database.isConstraint(cause)) {
				logger.debug("A page breaks a constraint, writing it row by row", ex);
				return apply(changes, move, own, true);
			}
			throw ex;
		}
	}

	private Applied apply(List<ReceivedChange> changes, Move move, boolean own, boolean careful) {
		return this.database.apply(() -> {
			TransactionReport report = new TransactionReport();
			int unknown = (own && this.state.position().hydrated()) ? this.ownChanges.unknown(changes) : 0;
			this.serverRows.arrive(arrivals(changes, false), careful, report);
			this.ownChanges.noteIds(changes);
			this.ownChanges.noteLosses(changes);
			this.ownChanges.noteConfirmed(changes);
			move.run();
			this.watch.note(move.span, move.windowUntil);
			boolean complete = this.ownChanges.note(move.span, own);
			// a hydration that this has moved beyond is begun again
			this.state.abandonOvertakenHydration();
			return new Applied(new DownloadReport(changes.size(), report.written(), List.copyOf(report.conflicts()),
					this.serverRows.heldCount(), move.span.more() || !complete), complete, unknown);
		});
	}

	/** Returns the changes of tables that are synced here. */
	List<Arrival> arrivals(List<ReceivedChange> changes, boolean whole) {
		List<Arrival> arrivals = new ArrayList<>(changes.size());
		for (ReceivedChange change : changes) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null) {
				arrivals.add(new Arrival(table, change.pk(), change.row(), whole, Dispute.NONE,
						ChangeIds.isUnproven(change.sourceChangeId()) ? 0
								: ChangeIds.lostVersion(change.sourceChangeId())));
			}
		}
		return arrivals;
	}

	/** Fetches everything. */
	public DownloadReport drain() {
		return drain((total) -> {
		});
	}

	/**
	 * Fetches everything.
	 * @param progress receives the total after each page
	 */
	public DownloadReport drain(Consumer<DownloadReport> progress) {
		this.draining = true;
		this.progress = progress;
		try {
			DownloadReport total = next(null);
			progress.accept(total);
			while (total.hasMore()) {
				total = total.plus(next(total));
				progress.accept(total);
			}
			this.pages.ended();
			return total;
		}
		finally {
			this.draining = false;
		}
	}

	/** The first page shows whether there is more. */
	private DownloadReport next(@Nullable DownloadReport before) {
		return (before != null && this.pages.isWhole()) ? whole(before) : once(this.pages.limit());
	}

	/** A page, whose parts are written as they come. */
	private final class Parts implements ChangesReceiver {

		private final SyncState.Position start;

		private final long after;

		private final boolean own;

		private final boolean first;

		private final PagePosition position;

		private final long reached;

		/** Whether the last change that was seen before has still to come. */
		private boolean looking;

		private int unknown;

		/** Whether an answer with everything has begun, and the end of its window. */
		private boolean begun;

		private long windowUntil;

		private @Nullable DownloadReport before;

		private DownloadReport result = new DownloadReport(0, 0, List.of(), 0, true);

		Parts(SyncState.Position start, long after, boolean own, boolean looks) {
			this.start = start;
			this.after = after;
			this.own = own;
			this.first = Downloader.this.ownChanges.isFirst();
			this.position = new PagePosition(after);
			this.looking = looks;
			this.reached = Math.min(Downloader.this.watch.reached(), Downloader.this.reachedAhead);
			Downloader.this.reachedAhead = Long.MAX_VALUE;
		}

		@Override
		public void begin(long restores, long windowUntil) {
			this.begun = true;
			this.position.leads(restores);
			this.windowUntil = windowUntil;
			Downloader.this.watch.verify(windowUntil, this.reached);
		}

		@Override
		public void part(List<ReceivedChange> part) {
			add(part);
			Downloader.this.progress.accept((this.before != null) ? this.before.plus(this.result) : this.result);
		}

		void add(List<ReceivedChange> part) {
			if (this.looking && !sees(part)) {
				throw new NotSeenException();
			}
			Downloader.this.watch.verify();
			List<ReceivedChange> changes = others(part);
			changes.forEach(this.position::add);
			StreamSpan span = this.position.next();
			write(changes, new Move(span, this.windowUntil, () -> moveCursor(span)));
		}

		DownloadReport end(DownloadPage page) {
			if (this.looking && !sees(page.changes())) {
				// it may be one of another schema, which this page has left out
				Downloader.this.watch.verify();
			}
			Downloader.this.watch.verify(page, this.reached);
			List<ReceivedChange> changes = others(page.changes());
			changes.forEach(this.position::add);
			StreamSpan span = this.position.next(page);
			if (isIdle(page, span)) {
				Downloader.this.ownChanges.committed(span, this.own, true);
				return new DownloadReport(0, 0, List.of(),
						Downloader.this.database.read(Downloader.this.serverRows::heldCount), false);
			}
			write(changes, new Move(span, page.windowUntil(), () -> Downloader.this.state.moveCursor(span.until(),
					page.windowUntil(), Downloader.this.clock.millis(), !page.hasMore())));
			return this.result;
		}

		private void moveCursor(StreamSpan span) throws SQLException {
			if (this.windowUntil > 0) {
				Downloader.this.state.moveCursor(span.until(), this.windowUntil, Downloader.this.clock.millis(), false);
			}
			else {
				Downloader.this.state.moveCursor(span.until(), Downloader.this.clock.millis());
			}
		}

		private boolean sees(List<ReceivedChange> changes) {
			this.looking = false;
			return Downloader.this.watch.isSeenIn(changes, this.after);
		}

		/** Returns the changes without the one that was seen before. */
		private List<ReceivedChange> others(List<ReceivedChange> changes) {
			return changes.stream().filter((change) -> change.serverId() != this.after).toList();
		}

		/** Returns whether there is nothing to be written, not even a position. */
		private boolean isIdle(DownloadPage page, StreamSpan span) {
			return this.position.count() == 0 && this.start.hydrated() && span.until() == this.start.cursor()
					&& this.start.ownCursor() == this.start.cursor() && page.windowUntil() == this.start.windowUntil()
					&& !Downloader.this.watch.hasNewEpoch()
					&& !Downloader.this.database.read(Downloader.this.serverRows::isHeldDue);
		}

		private void write(List<ReceivedChange> changes, Move move) {
			Applied applied = apply(changes, move, this.own);
			Downloader.this.ownChanges.committed(move.span, this.own, applied.complete);
			this.unknown += applied.unknown;
			this.result = this.result.plus(told(applied.result));
		}

		void tellUnknown() {
			if (this.unknown > 0) {
				Downloader.this.listeners.tell(recovery(this.unknown, this.first));
			}
		}

	}

	/**
	 * Moves the cursor.
	 *
	 * @param span what was seen
	 * @param windowUntil the end of the window, 0 if it is not known yet
	 * @param step writes it
	 */
	private record Move(StreamSpan span, long windowUntil, Database.Step step) {

		void run() throws SQLException {
			this.step.run();
		}

	}

	/** A page does not begin with the last change that was seen. */
	private static final class NotSeenException extends RuntimeException {

	}

	/**
	 * A part of a page that was written.
	 *
	 * @param result what it did
	 * @param complete whether all own changes up to its end are known
	 * @param unknown how many own changes were not
	 */
	private record Applied(DownloadReport result, boolean complete, int unknown) {
	}

}
