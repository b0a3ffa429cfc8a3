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
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.Arrival;
import io.oversync.client.internal.apply.Dispute;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.history.LastConfirmed;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.PagePosition;
import io.oversync.client.internal.history.StreamSpan;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.hydrate.Hydrator;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.RecoveryReport;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ChangeIds;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the server's changes, a page at a time; each part of a page is one transaction
 * together with its cursor.
 */
public final class Downloader {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private final Database database;

	private final SyncServer server;

	private final LocalTables tables;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final String sourceId;

	private final PageSize pageSize;

	private final Listeners listeners;

	private final Clock clock;

	/** When the server last answered, also if there was nothing to be written. */
	private volatile long lastAnswer;

	/** What was seen of the stream when the next page was asked for. */
	private long reachedAhead = Long.MAX_VALUE;

	/** Whether the next page is asked for while one is written. */
	private boolean draining;

	public Downloader(Database database, SyncServer server, LocalTables tables, ServerRowApplier serverRows,
			StreamWatch watch, OwnChanges ownChanges, String sourceId, PageSize pageSize, Listeners listeners,
			Clock clock) {
		this.database = database;
		this.server = server;
		this.tables = tables;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.sourceId = sourceId;
		this.pageSize = pageSize;
		this.listeners = listeners;
		this.clock = clock;
	}

	/**
	 * Fetches one page. If it breaks off after some of it was written, that is what came
	 * of it, and the next one goes on from there.
	 */
	public DownloadReport once(int limit) {
		Position position = this.database.read(this::position);
		// a page may begin with the last change that was seen, which spares a request
		if (position.cursor == position.ownCursor && this.watch.isDueAt(position.cursor)) {
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

	private DownloadReport once(int limit, Position position, boolean looks) {
		// a database that is new has not seen this device's own rows either
		boolean own = looks || !position.hydrated || this.ownChanges.isWanted();
		long after = own ? position.ownCursor : position.cursor;
		Parts parts = new Parts(position, after, own, looks);
		try {
			DownloadPage page = this.server.download(looks ? after - 1 : after,
					looks ? Math.min(PageSize.MAX, limit + 1) : limit, this.tables.onlySchema(), own, 0, parts::add);
			this.pageSize.note(page);
			if (page.hasMore() && this.draining) {
				boolean ownNext = !position.hydrated || this.ownChanges.isWanted();
				this.server.downloadAhead(page.nextAfter(), this.pageSize.current(), this.tables.onlySchema(), ownNext,
						0);
				this.reachedAhead = Math.max(parts.reached, page.windowUntil());
			}
			this.lastAnswer = this.clock.millis();
			return parts.end(page);
		}
		catch (NetworkException | ServerException ex) {
			this.pageSize.shrink(limit, parts.position.count());
			if (!parts.position.hasMoved() || Thread.currentThread().isInterrupted()) {
				throw ex;
			}
			logger.info("A page broke off after {} of {} changes, going on from there: {}", parts.position.count(),
					limit, ex.getMessage());
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

	/** Whether something is to be fetched before anything is sent. */
	public boolean isBehind() {
		return this.ownChanges.isFirst() || !this.database.read(this::position).hydrated;
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
		Position position = this.database.read(this::position);
		if (!this.ownChanges.isIdMissing() || !position.hydrated) {
			return;
		}
		DownloadPage page;
		long after = position.ownCursor;
		do {
			page = this.server.download(after, this.pageSize.current(), this.tables.onlySchema(), true, 0,
					this::writeOwnIds);
			this.pageSize.note(page);
			writeOwnIds(page.changes());
			after = page.nextAfter();
		}
		while (page.hasMore());
		this.ownChanges.looked();
	}

	private void writeOwnIds(List<ReceivedChange> changes) {
		this.database.write(() -> {
			noteOwnIds(changes);
			return changes;
		});
	}

	/** Tells now: the next page may fail, and this one is not seen again. */
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

	private Position position() throws SQLException {
		Position position = this.database.first("SELECT cursor, own_cursor, window_until, hydrated FROM _sync_state",
				(row) -> new Position(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4)));
		if (position == null) {
			throw new SyncException(
					"The client's bookkeeping is gone from the database: close the client and open it again");
		}
		return position;
	}

	private Applied apply(List<ReceivedChange> changes, Move move, boolean own, boolean careful) {
		return this.database.apply(() -> {
			TransactionReport report = new TransactionReport();
			int unknown = (own && position().hydrated) ? this.ownChanges.unknown(changes) : 0;
			this.serverRows.arrive(arrivals(changes, false), careful, report);
			noteOwnIds(changes);
			noteLosses(changes);
			LastConfirmed.seen(this.database, this.sourceId, changes);
			move.run();
			this.watch.note(move.span, move.windowUntil);
			boolean complete = this.ownChanges.note(move.span, own);
			// a hydration that this has moved beyond is begun again
			Hydrator.abandon(this.database, "hydrate_until < cursor");
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

	/**
	 * An id that this device has used, perhaps in an earlier database, is not used again.
	 */
	public void noteOwnIds(List<ReceivedChange> changes) throws SQLException {
		long highest = highestOwnId(changes);
		if (highest > 0) {
			this.database.update("UPDATE _sync_state SET next_change_id = max(next_change_id, ?)", highest + 1);
		}
	}

	/**
	 * A device that begins after the server was lost knows later versions than others.
	 */
	private void noteLosses(List<ReceivedChange> changes) throws SQLException {
		if (changes.stream().anyMatch((change) -> change.sourceChangeId() > ChangeIds.MAX)) {
			this.database.update("UPDATE _sync_state SET losses = 1 WHERE losses = 0");
		}
	}

	private long highestOwnId(List<ReceivedChange> changes) {
		return changes.stream()
			.filter((change) -> change.sourceId().equals(this.sourceId))
			.mapToLong(ReceivedChange::sourceChangeId)
			.filter((id) -> id < ChangeIds.MAX)
			.max()
			.orElse(0);
	}

	/** Fetches everything. */
	public DownloadReport drain() {
		return drain((total) -> {
		});
	}

	/**
	 * Fetches everything.
	 * @param progress is told what came so far, after each page
	 */
	public DownloadReport drain(Consumer<DownloadReport> progress) {
		this.draining = true;
		try {
			DownloadReport total = once(this.pageSize.current());
			progress.accept(total);
			while (total.hasMore()) {
				total = total.plus(once(this.pageSize.current()));
				progress.accept(total);
			}
			return total;
		}
		finally {
			this.draining = false;
		}
	}

	/** A page, whose parts are written as they come. */
	private final class Parts {

		private final Position start;

		private final long after;

		private final boolean own;

		private final boolean first;

		private final PagePosition position;

		private final long reached;

		/** Whether the last change that was seen before has still to come. */
		private boolean looking;

		private int unknown;

		private DownloadReport result = new DownloadReport(0, 0, List.of(), 0, true);

		Parts(Position start, long after, boolean own, boolean looks) {
			this.start = start;
			this.after = after;
			this.own = own;
			this.first = Downloader.this.ownChanges.isFirst();
			this.position = new PagePosition(after);
			this.looking = looks;
			this.reached = Math.min(Downloader.this.watch.reached(), Downloader.this.reachedAhead);
			Downloader.this.reachedAhead = Long.MAX_VALUE;
		}

		void add(List<ReceivedChange> part) {
			if (this.looking && !sees(part)) {
				throw new NotSeenException();
			}
			Downloader.this.watch.verify();
			List<ReceivedChange> changes = others(part);
			changes.forEach(this.position::add);
			StreamSpan span = this.position.next();
			write(changes,
					new Move(span, 0,
							() -> Downloader.this.database.update(
									"UPDATE _sync_state SET cursor = max(cursor, ?), last_download = ?", span.until(),
									Downloader.this.clock.millis())));
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
			write(changes, new Move(span, page.windowUntil(), () -> Downloader.this.database.update("""
					UPDATE _sync_state
					SET cursor = max(cursor, ?), window_until = ?, last_download = ?, hydrated = max(hydrated, ?),
					    filling = min(filling, ?)""", span.until(), page.windowUntil(), Downloader.this.clock.millis(),
					!page.hasMore(), page.hasMore())));
			return this.result;
		}

		private boolean sees(List<ReceivedChange> changes) {
			this.looking = false;
			return Downloader.this.watch.isSeenIn(changes, this.after);
		}

		/** Returns the changes without the one that was seen before. */
		private List<ReceivedChange> others(List<ReceivedChange> changes) {
			return changes.stream().filter((change) -> change.serverId() != this.after).toList();
		}

		/** Whether there is nothing to be written, not even a position. */
		private boolean isIdle(DownloadPage page, StreamSpan span) {
			return this.position.count() == 0 && this.start.hydrated && span.until() == this.start.cursor
					&& this.start.ownCursor == this.start.cursor && page.windowUntil() == this.start.windowUntil
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
	 * Where the device stands.
	 *
	 * @param cursor its position
	 * @param ownCursor up to where its own changes are known
	 * @param windowUntil the end of the window that was seen last
	 * @param hydrated whether it has seen everything once
	 */
	private record Position(long cursor, long ownCursor, long windowUntil, boolean hydrated) {
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
