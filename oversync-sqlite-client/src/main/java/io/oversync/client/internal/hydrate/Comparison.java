/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.hydrate;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.apply.Arrival;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.apply.StreamImages;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.PageSource;
import io.oversync.client.internal.history.PagePosition;
import io.oversync.client.internal.history.StreamSpan;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.DownloadReport;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions.Known;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.ColumnDefaults;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.table.PayloadCodec;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;

/**
 * Compares tables that were not watched for a while with the server's rows:
 * <ul>
 * <li>a row that is missing comes back;
 * <li>a row that is not what the server had in the version known here was edited, on top
 * of that version;
 * <li>members that the table has dropped are kept, and sent back with the next edit.
 * </ul>
 * The rows are collected page by page first, each part of a page with its position. After
 * a crash it goes on where it was.
 */
public final class Comparison {

	/** Rows that are compared in one transaction, unless they are large. */
	private static final int STEP = 100;

	/** Characters of rows that are compared in one transaction. */
	private static final long STEP_LENGTH = 1024 * 1024;

	private final Database database;

	private final SyncState state;

	private final PageSource pages;

	private final StreamWatch watch;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final ServerRowApplier serverRows;

	private final ColumnDefaults defaults;

	private final Listeners listeners;

	public Comparison(ClientStore store, PageSource pages, StreamWatch watch, ServerRowApplier serverRows,
			Listeners listeners) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.defaults = new ColumnDefaults(this.database);
		this.pages = pages;
		this.watch = watch;
		this.serverRows = serverRows;
		this.listeners = listeners;
	}

	/** Compares the tables that have to be. */
	public DownloadReport run() {
		DownloadReport total = new DownloadReport(0, 0, List.of(), this.database.read(this.serverRows::heldCount),
				false);
		if (!this.database.read(this::isNeeded)) {
			return total;
		}
		// versions of another history say nothing about the rows here
		this.watch.verify();
		// a row that is gone from the server would not be compared with anything
		this.watch.requireServed();
		boolean more = true;
		while (more) {
			more = collectPage();
		}
		DownloadReport step;
		do {
			step = this.database.apply(this::compare);
			this.listeners.tell(step.conflicts());
			total = total.plus(step);
		}
		while (step.hasMore());
		return total;
	}

	private boolean isNeeded() throws SQLException {
		return this.database.number("SELECT EXISTS (SELECT 1 FROM _sync_table WHERE compare = 1 AND listed = 1)") > 0;
	}

	/** Returns whether there is more to be collected. */
	private boolean collectPage() {
		int limit = this.pages.limit();
		Parts parts = new Parts(this.database.read(this.state::comparison));
		try {
			DownloadPage page = this.pages.peek(parts.start, limit, parts.window.until(), parts::add);
			return !parts.end(page) || page.hasMore();
		}
		catch (NetworkException | ServerException ex) {
			this.pages.brokeOff(limit, parts.count, parts.hasMoved(), ex);
			return true;
		}
	}

	private boolean collect(List<ReceivedChange> changes, StreamSpan span, SyncState.Window before,
			SyncState.Window after) throws SQLException {
		if (!before.equals(this.state.comparison())) {
			// another process has begun again
			return false;
		}
		for (ReceivedChange change : changes) {
			LocalTable table = this.tables.onServer(change.schema(), change.table());
			if (table != null && this.pending.isUnwatched(table)) {
				collect(table, change);
			}
		}
		// versions beyond the cursor are known from now on, so the history is watched up
		// to there
		this.watch.note(span, after.until());
		this.state.moveComparison(after);
		return true;
	}

	private void collect(LocalTable table, ReceivedChange change) throws SQLException {
		RowPayload entry = change.row().payload();
		Object key = this.keys.local(table, change.pk(),
				(entry != null) ? entry.members().get(table.key().member()) : null);
		Image before = this.database.first(
				"SELECT seq, table_no, key, pk, version, deleted, payload, base FROM _sync_image"
						+ " WHERE table_no = ? AND key = ?",
				(row) -> new Image(row.getLong(1), table, row.getObject(3), row.getString(4), row.getLong(5),
						row.getBoolean(6), row.getString(7), row.getString(8)),
				table.no(), key);
		RowPayload image = StreamImages.after((before != null) ? before.read(before.payload) : null, entry);
		String text = (image != null) ? image.toJson() : null;
		Known known = this.versions.known(table, key);
		String base = (known != null && known.version() == change.row().version()) ? text
				: (before != null) ? before.base : null;
		this.database.update("DELETE FROM _sync_image WHERE table_no = ? AND key = ?", table.no(), key);
		this.database.update("""
				INSERT OR REPLACE INTO _sync_image (seq, table_no, key, pk, version, deleted, payload, base)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?)""", change.serverId(), table.no(), key, change.pk(),
				change.row().version(), change.row().deleted(), text, base);
	}

	private DownloadReport compare() throws SQLException {
		TransactionReport report = new TransactionReport();
		List<Image> images = images();
		for (Image image : images) {
			compare(image, report);
			this.database.update("DELETE FROM _sync_image WHERE seq = ?", image.seq);
		}
		if (images.isEmpty()) {
			this.database.update("DELETE FROM _sync_image");
			for (LocalTable table : this.tables.parentsFirst()) {
				if (this.pending.isUnwatched(table)) {
					this.versions.notFound(table);
				}
			}
			this.database.update("UPDATE _sync_table SET compare = 0, cleared = NULL WHERE listed = 1 AND compare = 1");
			this.state.endComparison();
			// the window of an interrupted hydration ends before what was compared now
			this.state.abandonHydration();
		}
		return new DownloadReport(0, report.written(), List.copyOf(report.conflicts()), this.serverRows.heldCount(),
				!images.isEmpty());
	}

	private List<Image> images() throws SQLException {
		List<Image> images = new ArrayList<>();
		long[] left = { STEP_LENGTH };
		this.database.each("""
				SELECT seq, table_no, key, pk, version, deleted, payload, base FROM _sync_image
				WHERE table_no IN (SELECT table_no FROM _sync_table WHERE listed = 1)
				ORDER BY seq LIMIT ?""", (row) -> {
			LocalTable table = this.tables.byNo(row.getLong(2));
			if (table != null) {
				Image image = new Image(row.getLong(1), table, row.getObject(3), row.getString(4), row.getLong(5),
						row.getBoolean(6), row.getString(7), row.getString(8));
				images.add(image);
				left[0] -= image.length();
			}
			return left[0] > 0;
		}, STEP);
		return images;
	}

	private void compare(Image image, TransactionReport report) throws SQLException {
		LocalTable table = image.table;
		Known known = this.versions.known(table, image.key);
		if (known != null && known.version() > image.version) {
			// the server was put back, or has answered an upload meanwhile
			return;
		}
		boolean sent = this.pending.isSent(table, image.key);
		boolean current = known != null && known.version() == image.version;
		if (current && image.payload != null) {
			this.versions.set(table, image.key, image.arrival().row());
		}
		if (sent && current) {
			return;
		}
		if (known != null && !sent) {
			findEdit(image, known);
		}
		if (current || image.seq <= this.state.cursor() || !lacksParent(table, image.read(image.payload))) {
			this.serverRows.arrive(List.of(image.arrival()), true, report);
		}
		// or else it comes with its page, after the rows that it refers to
	}

	/** Returns whether a row refers to one that is not here. */
	private boolean lacksParent(LocalTable table, @Nullable RowPayload payload) throws SQLException {
		if (payload == null) {
			return false;
		}
		for (Map.Entry<String, String> reference : table.references().entrySet()) {
			if (!(payload.members().get(reference.getKey()) instanceof String pk) || UuidKeys.uuid(pk) == null) {
				continue;
			}
			for (LocalTable parent : this.tables.parentsFirst()) {
				if (parent.name().equalsIgnoreCase(reference.getValue())
						&& !this.keys.exists(parent, this.keys.local(parent, pk, null))) {
					return true;
				}
			}
		}
		return false;
	}

	/** Notes an edit of the row that no trigger has seen. */
	private void findEdit(Image image, Known known) throws SQLException {
		LocalTable table = image.table;
		boolean current = known.version() == image.version;
		RowPayload base = image.read(current ? image.payload : image.base);
		SyncRow local = this.rows.read(table, image.key);
		if (local == null || (known.deleted() && !known.awaited())) {
			return;
		}
		if (base == null) {
			if (!current && this.pending.unsent(table, image.key) == null) {
				this.pending.keep(table, image.key, null, 0, null);
			}
			return;
		}
		SyncRow adopted = adopt(table, image.key, local, base, known);
		if (this.pending.unsent(table, image.key) != null) {
			this.pending.rebase(table, image.key, image(table, image.key, adopted, base, known));
		}
		else if (!PayloadCodec.isSame(table, adopted, base) || hasFilled(table, adopted, known)) {
			this.pending.keep(table, image.key, image(table, image.key, adopted, base, known), 0, null);
		}
	}

	/**
	 * Returns whether columns that the server's row has never had hold more than their
	 * default.
	 */
	private boolean hasFilled(LocalTable table, SyncRow local, Known known) throws SQLException {
		Set<String> absent = new LinkedHashSet<>(known.absent());
		absent.removeIf((member) -> table.column(member) == null);
		return this.defaults.unset(table, local, absent).size() < absent.size();
	}

	/** A column that holds its default because it has no value takes the server's. */
	private SyncRow adopt(LocalTable table, Object key, SyncRow local, RowPayload base, Known known)
			throws SQLException {
		SyncRow adopted = local;
		Set<String> members = new LinkedHashSet<>(known.absent());
		members.addAll(cleared(table));
		for (String member : this.defaults.unset(table, local, members)) {
			LocalColumn column = table.column(member);
			if (column != null && base.members().containsKey(member)) {
				adopted = adopted.with(member, PayloadCodec.value(column, base.members().get(member)));
			}
		}
		SyncRow changed = adopted;
		if (changed != local && this.database.attempt(table.step("adopt", key, 0),
				() -> this.rows.write(table, key, changed)) != null) {
			return local;
		}
		return adopted;
	}

	private List<String> cleared(LocalTable table) throws SQLException {
		String cleared = this.database.first("SELECT cleared FROM _sync_table WHERE table_no = ?",
				(row) -> row.getString(1), table.no());
		return (cleared != null) ? List.of(cleared.split(PendingChanges.SEPARATOR)) : List.of();
	}

	/**
	 * Returns the row as it was. Of columns that it lacked, those that the server's row
	 * has never had held their defaults, and the others are as they are.
	 */
	private String image(LocalTable table, Object key, SyncRow local, RowPayload base, Known known)
			throws SQLException {
		SyncRow before = local;
		for (String member : known.absent()) {
			LocalColumn column = table.column(member);
			if (column != null && !base.members().containsKey(member)) {
				before = before.with(member, this.defaults.value(column));
			}
		}
		for (Map.Entry<String, @Nullable Object> value : PayloadCodec.read(table, key, base).asMap().entrySet()) {
			LocalColumn column = table.column(value.getKey());
			if (column != null
					&& !PayloadCodec.holds(column, local.get(value.getKey()), base.members().get(value.getKey()))) {
				before = before.with(value.getKey(), value.getValue());
			}
		}
		return BaseImage.write(before.with(table.key().member(), key));
	}

	/** The parts of a page, which are collected as they come. */
	private final class Parts {

		private final long start;

		private final PagePosition position;

		private SyncState.Window window;

		private boolean stale;

		private int count;

		Parts(SyncState.Window window) {
			this.window = window;
			this.start = window.after();
			this.position = new PagePosition(window.after());
		}

		void add(List<ReceivedChange> part) {
			part.forEach(this.position::add);
			collectNext(part, this.position.next(), this.window.until());
			this.count += part.size();
		}

		/** Returns false if another process has begun again. */
		boolean end(DownloadPage page) {
			long until = (this.window.until() > 0) ? this.window.until() : page.windowUntil();
			page.changes().forEach(this.position::add);
			return collectNext(page.changes(), this.position.next(page), until);
		}

		private boolean collectNext(List<ReceivedChange> changes, StreamSpan span, long until) {
			SyncState.Window before = this.window;
			SyncState.Window next = new SyncState.Window(span.until(), until);
			this.stale = this.stale || !Comparison.this.database.apply(() -> collect(changes, span, before, next));
			this.window = next;
			return !this.stale;
		}

		boolean hasMoved() {
			return !this.stale && this.position.get() > this.start;
		}

	}

	/**
	 * A row of the server.
	 *
	 * @param seq the position of its latest entry
	 * @param table the table
	 * @param key the key in the table
	 * @param pk the key on the wire
	 * @param version its latest version
	 * @param deleted whether it is deleted
	 * @param payload the row, or null
	 * @param base the row in the version that is known here, or null
	 */
	private record Image(long seq, LocalTable table, Object key, String pk, long version, boolean deleted,
			@Nullable String payload, @Nullable String base) {

		long length() {
			return ((this.payload != null) ? this.payload.length() : 0)
					+ ((this.base != null) ? this.base.length() : 0);
		}

		@Nullable RowPayload read(@Nullable String text) {
			return (text != null) ? RowPayload.parse(text) : null;
		}

		Arrival arrival() {
			return new Arrival(this.table, this.pk, new ReceivedRow(this.version, this.deleted, read(this.payload)),
					true);
		}

	}

}
