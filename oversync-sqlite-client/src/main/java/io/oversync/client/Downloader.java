package io.oversync.client;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import io.oversync.client.ServerRows.Arrival;
import io.oversync.client.protocol.DownloadPage;
import io.oversync.client.protocol.DownloadedChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the server's changes, a page at a time; each page is one transaction together
 * with its cursor.
 */
final class Downloader {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private final Database database;

	private final SyncServer server;

	private final Tables tables;

	private final ServerRows serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final String sourceId;

	private final PageSize pageSize;

	private final Listeners listeners;

	private final Clock clock;

	Downloader(Database database, SyncServer server, Tables tables, ServerRows serverRows, StreamWatch watch,
			OwnChanges ownChanges, String sourceId, PageSize pageSize, Listeners listeners, Clock clock) {
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

	/** Fetches one page. */
	DownloadResult once(int limit) {
		Position position = this.database.read(this::position);
		// a database that is new has not seen this device's own rows either
		boolean own = !position.hydrated || this.ownChanges.isWanted();
		boolean first = this.ownChanges.isFirst();
		long after = own ? position.ownCursor : position.cursor;
		// a page may begin with the last change that was seen, which spares a request
		boolean looks = position.cursor == position.ownCursor && this.watch.isDueAt(position.cursor);
		DownloadPage page;
		if (looks) {
			own = true;
			page = this.watch.look(this.server.download(after - 1, Math.min(SyncClient.MAX_LIMIT, limit + 1),
					this.tables.onlySchema(), true, 0), after);
		}
		else {
			page = this.server.download(after, limit, this.tables.onlySchema(), own, 0);
		}
		this.pageSize.note(page);
		this.watch.verify(page, after);
		Applied applied = apply(page, after, own);
		this.ownChanges.committed(page, after, own, applied.complete);
		// now: the next page may fail, and this one is not seen again
		this.listeners.tell(applied.result.conflicts());
		if (applied.unknown > 0) {
			this.listeners.tell(recovery(applied.unknown, first));
		}
		return applied.result;
	}

	/** Whether something is to be fetched before anything is sent. */
	boolean isBehind() {
		return this.ownChanges.isFirst() || !this.database.read(this::position).hydrated;
	}

	private static Recovery recovery(int unknown, boolean first) {
		String message = "The server has " + unknown + " changes of this device that this database does not know: ";
		Recovery recovery = first
				? new Recovery(Recovery.Reason.DATABASE_PUT_BACK,
						message + "an older copy of it was put back, or another installation uses this device's id", 0)
				: new Recovery(Recovery.Reason.DEVICE_SHARED,
						message + "another installation uses this device's id. Give each its own", 0);
		logger.warn("{}. They were fetched", recovery.message());
		return recovery;
	}

	/**
	 * Notes the ids that this device has used up to the stream's end, for an upload that
	 * no download comes before.
	 */
	void noteOwnIds() {
		Position position = this.database.read(this::position);
		if (!this.ownChanges.isFirst() || !position.hydrated) {
			return;
		}
		DownloadPage page;
		long after = position.ownCursor;
		do {
			page = this.server.download(after, this.pageSize.current(), this.tables.onlySchema(), true, 0);
			this.pageSize.note(page);
			List<DownloadedChange> changes = page.changes();
			this.database.write(() -> {
				noteOwnIds(changes);
				return changes;
			});
			after = page.nextAfter();
		}
		while (page.hasMore());
		this.ownChanges.looked();
	}

	private Applied apply(DownloadPage page, long after, boolean own) {
		try {
			return apply(page, after, own, false);
		}
		catch (LocalDatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause && Database.isConstraint(cause)) {
				logger.debug("A page breaks a constraint, writing it row by row", ex);
				return apply(page, after, own, true);
			}
			throw ex;
		}
	}

	private Position position() throws SQLException {
		Position position = this.database.first("SELECT cursor, own_cursor, hydrated FROM _sync_state",
				(row) -> new Position(row.getLong(1), row.getLong(2), row.getBoolean(3)));
		if (position == null) {
			throw new SyncException(
					"The client's bookkeeping is gone from the database: close the client and open it again");
		}
		return position;
	}

	private Applied apply(DownloadPage page, long after, boolean own, boolean careful) {
		return this.database.apply(() -> {
			Report report = new Report();
			int unknown = (own && position().hydrated) ? this.ownChanges.unknown(page) : 0;
			this.serverRows.arrive(arrivals(page.changes(), false), careful, report);
			noteOwnIds(page.changes());
			this.database.update("""
					UPDATE _sync_state
					SET cursor = max(cursor, ?), window_until = ?, last_download = ?, hydrated = max(hydrated, ?)""",
					page.nextAfter(), page.windowUntil(), this.clock.millis(), !page.hasMore());
			this.watch.note(page, after);
			boolean complete = this.ownChanges.note(page, after, own);
			// a hydration that this has moved beyond is begun again
			Hydrator.abandon(this.database, "hydrate_until < cursor");
			return new Applied(new DownloadResult(page.changes().size(), report.written(),
					List.copyOf(report.conflicts()), this.serverRows.heldCount(), page.hasMore() || !complete),
					complete, unknown);
		});
	}

	/** Returns the changes of tables that are synced here. */
	List<Arrival> arrivals(List<DownloadedChange> changes, boolean whole) {
		List<Arrival> arrivals = new ArrayList<>(changes.size());
		for (DownloadedChange change : changes) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null) {
				arrivals.add(new Arrival(table, change.pk(), change.row(), whole));
			}
		}
		return arrivals;
	}

	/**
	 * An id that this device has used, perhaps in an earlier database, is not used again.
	 */
	void noteOwnIds(List<DownloadedChange> changes) throws SQLException {
		long highest = changes.stream()
			.filter((change) -> change.sourceId().equals(this.sourceId))
			.mapToLong(DownloadedChange::sourceChangeId)
			.filter((id) -> id < ChangeIds.MAX)
			.max()
			.orElse(0);
		if (highest > 0) {
			this.database.update("UPDATE _sync_state SET next_change_id = max(next_change_id, ?)", highest + 1);
		}
	}

	/** Fetches everything. */
	DownloadResult drain() {
		DownloadResult total = once(this.pageSize.current());
		while (total.hasMore()) {
			total = total.plus(once(this.pageSize.current()));
		}
		return total;
	}

	/**
	 * Where the device stands.
	 *
	 * @param cursor its position
	 * @param ownCursor up to where its own changes are known
	 * @param hydrated whether it has seen everything once
	 */
	private record Position(long cursor, long ownCursor, boolean hydrated) {
	}

	/**
	 * A page that was written.
	 *
	 * @param result what it did
	 * @param complete whether all own changes up to its end are known
	 * @param unknown how many own changes were not
	 */
	private record Applied(DownloadResult result, boolean complete, int unknown) {
	}

}
