package io.oversync.client;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.oversync.client.ServerRows.Arrival;
import io.oversync.client.ServerRows.Dispute;
import io.oversync.client.protocol.DownloadPage;
import io.oversync.client.protocol.DownloadedChange;
import io.oversync.client.protocol.Payload;
import io.oversync.client.protocol.ServerRow;
import org.jspecify.annotations.Nullable;

/**
 * Brings everything from the server: collects the latest version of each row in a table
 * beside, page by page of a frozen window, and then writes all of it in one transaction.
 * After a crash it goes on where it was.
 */
final class Hydrator {

	/** Rows that are read back at a time; they may be large. */
	private static final int STEP = 100;

	private final Database database;

	private final SyncServer server;

	private final Tables tables;

	private final Downloader downloader;

	private final ServerRows serverRows;

	private final PendingChanges pending;

	private final Keys keys;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final Reconciliation reconciliation;

	private final PageSize pageSize;

	private final Clock clock;

	Hydrator(Database database, SyncServer server, Tables tables, Downloader downloader, ServerRows serverRows,
			PendingChanges pending, Keys keys, StreamWatch watch, OwnChanges ownChanges, Reconciliation reconciliation,
			PageSize pageSize, Clock clock) {
		this.database = database;
		this.server = server;
		this.tables = tables;
		this.downloader = downloader;
		this.serverRows = serverRows;
		this.pending = pending;
		this.keys = keys;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.reconciliation = reconciliation;
		this.pageSize = pageSize;
		this.clock = clock;
	}

	HydrateResult hydrate(Consumer<HydrateProgress> progress) {
		long downloaded = 0;
		Window window = this.database.write(this::begin);
		boolean more = true;
		while (more) {
			DownloadPage page = this.server.download(window.after, this.pageSize.current(), this.tables.onlySchema(),
					true, window.until);
			this.pageSize.note(page);
			if (page.windowUntil() < window.until) {
				throw this.watch.lost("its stream ends at " + page.windowUntil() + " and had reached " + window.until);
			}
			Window before = window;
			window = this.database.write(() -> stage(before, page));
			downloaded += page.changes().size();
			more = page.hasMore();
			progress.accept(new HydrateProgress(downloaded, window.after, window.until));
		}
		return finish(downloaded, window);
	}

	/** Goes on with the window of an interrupted hydration, or starts a new one. */
	private Window begin() throws SQLException {
		Window window = window();
		if (window != null) {
			return window;
		}
		this.database.update("DELETE FROM _sync_staged");
		this.database.update("""
				UPDATE _sync_state SET hydrate_after = 0, hydrate_until = 0, hydrate_mark = 0, hydrate_print = NULL,
				                       hydrate_micros = 0""");
		if (this.reconciliation.isNeeded()) {
			this.reconciliation.begin();
		}
		return new Window(0, 0);
	}

	/** Gives up a hydration that was interrupted, and what it has collected. */
	static void abandon(Database database, String condition) throws SQLException {
		if (database
			.update("UPDATE _sync_state SET hydrate_after = NULL, hydrate_until = NULL WHERE " + condition) > 0) {
			database.update("DELETE FROM _sync_staged");
		}
	}

	private @Nullable Window window() throws SQLException {
		return this.database.first(
				"SELECT hydrate_after, hydrate_until FROM _sync_state WHERE hydrate_until IS NOT NULL",
				(row) -> new Window(row.getLong(1), row.getLong(2)));
	}

	/** An upload, and a download that goes beyond it, make the window useless. */
	private void check(Window expected) throws SQLException {
		if (!expected.equals(window())) {
			throw new SyncException("Another process has synced the database meanwhile: hydrate() again");
		}
	}

	private Window stage(Window window, DownloadPage page) throws SQLException {
		check(window);
		boolean recovering = this.reconciliation.isNeeded();
		for (DownloadedChange change : page.changes()) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null) {
				stage(table, change, recovering);
			}
		}
		this.watch.noteStaged(page, window.after);
		this.downloader.noteOwnIds(page.changes());
		long until = (window.until > 0) ? window.until : page.windowUntil();
		this.database.update("UPDATE _sync_state SET hydrate_after = ?, hydrate_until = ?, last_download = ?",
				page.nextAfter(), until, this.clock.millis());
		return new Window(page.nextAfter(), until);
	}

	private void stage(LocalTable table, DownloadedChange change, boolean recovering) throws SQLException {
		Payload payload = change.row().payload();
		Object key = this.keys.local(table, change.pk(),
				(payload != null) ? payload.members().get(table.key().member()) : null);
		boolean confirmed = !recovering || this.reconciliation.isConfirmed(table, key, change);
		boolean late = recovering && this.reconciliation.isLate(table, key, change);
		long regained = recovering ? this.reconciliation.regained(table, key, change) : 0;
		this.database.update("DELETE FROM _sync_staged WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT INTO _sync_staged (seq, table_no, key, pk, version, deleted, payload, confirmed, late,
				                          regained)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", change.serverId(), table.no(), key, change.pk(),
				change.row().version(), change.row().deleted(), (payload != null) ? payload.toJson() : null, confirmed,
				late, regained);
	}

	private HydrateResult finish(long downloaded, Window window) {
		try {
			return finish(downloaded, window, false);
		}
		catch (LocalDatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause && Database.isConstraint(cause)) {
				return finish(downloaded, window, true);
			}
			throw ex;
		}
	}

	private HydrateResult finish(long downloaded, Window window, boolean careful) {
		return this.database.apply(() -> {
			check(window);
			Report report = new Report();
			if (this.reconciliation.isNeeded()) {
				this.reconciliation.finish(this.tables);
			}
			int missing = markMissing();
			long rows = 0;
			long after = 0;
			List<Staged> page;
			do {
				page = staged(after);
				List<Arrival> arrivals = page.stream().map(Staged::arrival).toList();
				this.serverRows.arrive(arrivals, careful, report);
				rows += page.size();
				after = page.isEmpty() ? after : page.get(page.size() - 1).seq;
			}
			while (!page.isEmpty());
			this.database.update("DELETE FROM _sync_staged");
			this.watch.noteHydrated();
			this.ownChanges.noteHydrated();
			// also back, if the server was put back
			this.database.update("""
					UPDATE _sync_state SET cursor = hydrate_until, window_until = hydrate_until, hydrated = 1,
					                       hydrate_after = NULL, hydrate_until = NULL""");
			return new HydrateResult(downloaded, rows, report.written(), report.reuploads() + missing,
					List.copyOf(report.conflicts()), this.serverRows.heldCount());
		});
	}

	private List<Staged> staged(long after) throws SQLException {
		List<Staged> rows = new ArrayList<>();
		this.database.query("""
				SELECT seq, table_no, pk, version, deleted, payload, confirmed, late, regained FROM _sync_staged
				WHERE seq > ? ORDER BY seq LIMIT ?""", (row) -> {
			LocalTable table = this.tables.byNo(row.getLong(2));
			String payload = row.getString(6);
			if (table != null) {
				String pk = row.getString(3);
				ServerRow server = new ServerRow(row.getLong(4), row.getBoolean(5),
						(payload != null) ? Payload.parse(payload) : null);
				Dispute dispute = this.reconciliation.dispute(table, pk, row.getBoolean(7), row.getBoolean(8),
						row.getLong(9));
				rows.add(new Staged(row.getLong(1), new Arrival(table, pk, server, true, dispute)));
			}
			return rows;
		}, after, STEP);
		return rows;
	}

	/**
	 * Rows that the server has confirmed once and does not know any more are sent again.
	 */
	private int markMissing() throws SQLException {
		int missing = 0;
		for (LocalTable table : this.tables.parentsFirst()) {
			missing += this.pending.markMissing(table);
		}
		return missing;
	}

	/**
	 * The frozen window.
	 *
	 * @param after how far it was collected
	 * @param until its end, 0 while it is not known
	 */
	private record Window(long after, long until) {
	}

	/** A collected row. */
	private record Staged(long seq, Arrival arrival) {
	}

}
