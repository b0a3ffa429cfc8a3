package io.oversync.client;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.oversync.client.ServerRows.Arrival;
import io.oversync.client.protocol.DownloadPage;
import io.oversync.client.protocol.DownloadedChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the server's changes, a page at a time; each part of a page is one transaction
 * together with its cursor.
 */
final class Downloader {

	private static final Logger logger = LoggerFactory.getLogger(Downloader.class);

	private static final DownloadResult NOTHING = new DownloadResult(0, 0, List.of(), 0, false);

	private final Database database;

	private final SyncServer server;

	private final Tables tables;

	private final ServerRows serverRows;

	private final String sourceId;

	private final PageSize pageSize;

	private final Listeners listeners;

	private final Clock clock;

	/** When the server last answered, also if there was nothing to be written. */
	private volatile long lastAnswer;

	Downloader(Database database, SyncServer server, Tables tables, ServerRows serverRows, String sourceId,
			PageSize pageSize, Listeners listeners, Clock clock) {
		this.database = database;
		this.server = server;
		this.tables = tables;
		this.serverRows = serverRows;
		this.sourceId = sourceId;
		this.pageSize = pageSize;
		this.listeners = listeners;
		this.clock = clock;
	}

	/**
	 * Fetches one page. If it breaks off after some of it was written, that is what came
	 * of it, and the next one goes on from there.
	 */
	DownloadResult once(int limit) {
		Position position = this.database.read(this::position);
		Parts parts = new Parts(position.cursor);
		try {
			// a database that is new has not seen this device's own rows either
			DownloadPage page = this.server.download(position.cursor, limit, this.tables.onlySchema(),
					!position.hydrated, 0, parts::add);
			this.pageSize.note(page);
			if (page.windowUntil() < position.cursor) {
				throw new SyncException("The server's stream ends at " + page.windowUntil() + ", before the position "
						+ position.cursor
						+ " of this device: the server was put back to an earlier state. hydrate() brings both together");
			}
			this.lastAnswer = this.clock.millis();
			return isIdle(page, position) ? NOTHING : parts.plus(told(apply(page)));
		}
		catch (NetworkException | ServerException ex) {
			this.pageSize.shrink(limit, parts.count);
			if (!parts.hasMoved() || Thread.currentThread().isInterrupted()) {
				throw ex;
			}
			logger.info("A page broke off after {} of {} changes, going on from there: {}", parts.count, limit,
					ex.getMessage());
			return parts.result;
		}
	}

	/** Returns when the server last answered, in milliseconds; 0 for not yet. */
	long lastAnswer() {
		return this.lastAnswer;
	}

	/** Whether there is nothing to be written, not even a position. */
	private boolean isIdle(DownloadPage page, Position position) {
		return page.count() == 0 && position.hydrated && page.nextAfter() == position.cursor
				&& page.windowUntil() == position.windowUntil && this.database.read(this.serverRows::heldCount) == 0;
	}

	/** Tells now: the next page may fail, and this one is not seen again. */
	private DownloadResult told(DownloadResult result) {
		this.listeners.tell(result.conflicts());
		return result;
	}

	private DownloadResult apply(DownloadPage page) {
		return apply(page.changes(), () -> this.database.update("""
				UPDATE _sync_state
				SET cursor = max(cursor, ?), window_until = ?, last_download = ?, hydrated = max(hydrated, ?),
				    filling = min(filling, ?)""", page.nextAfter(), page.windowUntil(), this.clock.millis(),
				!page.hasMore(), page.hasMore()), page.hasMore());
	}

	private DownloadResult apply(List<DownloadedChange> changes, Database.Step move, boolean more) {
		try {
			return apply(changes, move, more, false);
		}
		catch (LocalDatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause && Database.isConstraint(cause)) {
				logger.debug("A page breaks a constraint, writing it row by row", ex);
				return apply(changes, move, more, true);
			}
			throw ex;
		}
	}

	private Position position() throws SQLException {
		Position position = this.database.first("SELECT cursor, window_until, hydrated FROM _sync_state",
				(row) -> new Position(row.getLong(1), row.getLong(2), row.getBoolean(3)));
		if (position == null) {
			throw new SyncException(
					"The client's bookkeeping is gone from the database: close the client and open it again");
		}
		return position;
	}

	private DownloadResult apply(List<DownloadedChange> changes, Database.Step move, boolean more, boolean careful) {
		return this.database.apply(() -> {
			Report report = new Report();
			this.serverRows.arrive(arrivals(changes, false), careful, report);
			noteOwnIds(changes);
			move.run();
			// a hydration that this has moved beyond is begun anew
			this.database.update(
					"UPDATE _sync_state SET hydrate_after = NULL, hydrate_until = NULL WHERE hydrate_until < cursor");
			return new DownloadResult(changes.size(), report.written(), List.copyOf(report.conflicts()),
					this.serverRows.heldCount(), more);
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
			.max()
			.orElse(0);
		if (highest > 0) {
			this.database.update("UPDATE _sync_state SET next_change_id = max(next_change_id, ?)", highest + 1);
		}
	}

	/** Fetches everything. */
	DownloadResult drain() {
		return drain((total) -> {
		});
	}

	/**
	 * Fetches everything.
	 * @param progress is told what came so far, after each page
	 */
	DownloadResult drain(Consumer<DownloadResult> progress) {
		DownloadResult total = once(this.pageSize.current());
		progress.accept(total);
		while (total.hasMore()) {
			total = total.plus(once(this.pageSize.current()));
			progress.accept(total);
		}
		return total;
	}

	/** The parts of a page that were written before its last one came. */
	private final class Parts {

		private final PagePosition position;

		private final long start;

		private int count;

		private DownloadResult result = new DownloadResult(0, 0, List.of(), 0, true);

		Parts(long start) {
			this.start = start;
			this.position = new PagePosition(start);
		}

		void add(List<DownloadedChange> part) {
			part.forEach(this.position::add);
			long moved = this.position.get();
			this.result = this.result.plus(told(apply(part,
					() -> Downloader.this.database.update(
							"UPDATE _sync_state SET cursor = max(cursor, ?), last_download = ?", moved,
							Downloader.this.clock.millis()),
					true)));
			this.count += part.size();
		}

		boolean hasMoved() {
			return this.position.get() > this.start;
		}

		DownloadResult plus(DownloadResult last) {
			return (this.count > 0) ? this.result.plus(last) : last;
		}

	}

	/**
	 * Where the device stands.
	 *
	 * @param cursor its position
	 * @param windowUntil the end of the window that was seen last
	 * @param hydrated whether it has seen everything once
	 */
	private record Position(long cursor, long windowUntil, boolean hydrated) {
	}

}
