/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.conflict;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.oversync.client.Conflict;
import io.oversync.client.ConflictResolver;
import io.oversync.client.Resolution;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.ConflictReport;
import io.oversync.client.internal.report.ResolvedConflictReport;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalColumn;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.PayloadCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves conflicts between a local change and a row of the server.
 */
public final class ConflictHandler {

	private static final Logger logger = LoggerFactory.getLogger(ConflictHandler.class);

	private final Database database;

	private final SyncState state;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final ConflictResolver resolver;

	public ConflictHandler(ClientStore store, ConflictResolver resolver) {
		this.database = store.database();
		this.state = store.state();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.resolver = resolver;
	}

	/**
	 * Settles a conflict.
	 * @param base the row before the local change, or null
	 * @param pass the pass that a kept change is not sent in again
	 * @return null, or why the row is as it was and the change still pending
	 */
	public @Nullable String settle(LocalTable table, Object key, String pk, @Nullable String base, ReceivedRow server,
			long pass, TransactionReport report) throws SQLException {
		return settle(table, key, pk, base, server, this.resolver, pass, report);
	}

	/**
	 * Takes the server's row in the place of one that was not edited here, and reports
	 * that as a conflict.
	 * @return null, or why the row is as it was
	 */
	public @Nullable String takeServer(LocalTable table, Object key, String pk, ReceivedRow server,
			TransactionReport report) throws SQLException {
		return settle(table, key, pk, null, server, (conflict) -> Resolution.TAKE_SERVER, 0, report);
	}

	/**
	 * Sends a row that was not edited here on top of the server's, and reports that as a
	 * conflict.
	 * @return null, or why the server's row is not settled with
	 */
	public @Nullable String keepLocal(LocalTable table, Object key, String pk, ReceivedRow server,
			TransactionReport report) throws SQLException {
		return settle(table, key, pk, null, server, (conflict) -> Resolution.KEEP_LOCAL, 0, report);
	}

	private @Nullable String settle(LocalTable table, Object key, String pk, @Nullable String base, ReceivedRow server,
			ConflictResolver decision, long pass, TransactionReport report) throws SQLException {
		RowVersions.Known known = this.versions.known(table, key);
		RowPayload payload = server.payload();
		SyncRow sent = (server.deleted() || payload == null) ? null : PayloadCodec.read(table, key, payload);
		SyncRow local = take(this.rows.read(table, key), sent, table, known);
		SyncRow before = (base != null) ? existing(table, BaseImage.complete(base, this.rows.read(table, key))) : null;
		SyncRow theirs = (sent != null)
				? complete(sent, (before != null) ? before : this.versions.withoutAbsent(table, local, known)) : null;
		if (local == theirs || (local != null && local.equals(theirs))) {
			String forbidden = this.database.attempt(table.step("take", key, server.version()), () -> {
				writeChanged(table, key, local);
				accept(table, key, known, server);
			});
			return (forbidden != null) ? "The database forbids the server's values: " + forbidden : null;
		}
		Conflict conflict = new ConflictReport(table.name(), pk, before, local, theirs, server.version());
		if (local != null && sent != null && before != null && isUnchanged(before, sent)) {
			String forbidden = this.database.attempt(table.step("keep", key, server.version()),
					() -> carryOut(table, key, conflict, known, server, Resolution.KEEP_LOCAL, pass));
			return (forbidden != null) ? "The database forbids the server's values: " + forbidden : null;
		}
		Resolution resolution;
		try {
			resolution = Objects.requireNonNull(decision.resolve(conflict), "it returned null");
			if (resolution instanceof Resolution.Merge merge) {
				refuseUnknownColumns(table, merge.row());
			}
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			logger.warn("The conflict resolver failed for a row of {}: its change stays pending", table.name(), ex);
			return failed(conflict, "The conflict resolver failed: " + ex, report);
		}
		if (resolution instanceof Resolution.Merge) {
			String unreadable = this.rows.problem(table, key);
			if (unreadable != null) {
				return failed(conflict, unreadable, report);
			}
		}
		String forbidden = this.database.attempt(table.step("resolve", key, server.version()),
				() -> carryOut(table, key, conflict, known, server, resolution, pass));
		if (forbidden != null) {
			return failed(conflict, "The database forbids the resolution: " + forbidden, report);
		}
		report.addConflict(new ResolvedConflictReport(conflict, resolution, null));
		return null;
	}

	/**
	 * Returns whether only the version has moved, as it does when the server restores a
	 * row.
	 */
	private static boolean isUnchanged(SyncRow before, SyncRow sent) {
		return sent.columns()
			.stream()
			.allMatch((column) -> before.columns().contains(column)
					&& SqliteValues.same(before.get(column), sent.get(column)));
	}

	private static String failed(Conflict conflict, String problem, TransactionReport report) {
		report.addConflict(new ResolvedConflictReport(conflict, null, problem));
		return problem;
	}

	private void carryOut(LocalTable table, Object key, Conflict conflict, RowVersions.@Nullable Known known,
			ReceivedRow server, Resolution resolution, long pass) throws SQLException {
		SyncRow theirs = conflict.server();
		boolean kept = true;
		if (resolution instanceof Resolution.Merge merge) {
			SyncRow merged = merge(table, key, conflict, merge.row());
			this.rows.write(table, key, merged);
			kept = !merged.equals(theirs);
		}
		else if (resolution instanceof Resolution.KeepLocal) {
			writeChanged(table, key, conflict.local());
		}
		else {
			kept = false;
			if (theirs != null) {
				this.rows.write(table, key, theirs);
			}
			else {
				this.rows.delete(table, key);
			}
		}
		if (kept) {
			this.versions.set(table, key, server);
			this.pending.keep(table, key, (theirs != null) ? BaseImage.write(theirs) : null, pass, null);
		}
		else {
			accept(table, key, known, server);
		}
	}

	/**
	 * Notes that the row here is the server's. One that lacks columns and has missed a
	 * version may have been deleted and revived meanwhile; then its columns are empty,
	 * and only the stream tells. So the entries that are still to come are left to be
	 * written. Versions of a history that the server has lost tell nothing of that.
	 */
	private void accept(LocalTable table, Object key, RowVersions.@Nullable Known known, ReceivedRow server)
			throws SQLException {
		RowPayload payload = server.payload();
		boolean lost = this.state.recovery() != null || this.versions.isMissing(table, key);
		boolean unsure = !lost && payload != null && known != null && known.isLive()
				&& known.version() + 1 < server.version()
				&& !known.absent().containsAll(PayloadCodec.absent(table, payload));
		if (!unsure) {
			this.versions.set(table, key, server);
		}
		this.pending.drop(table, key);
		if (lost && payload != null) {
			sendMore(table, key, payload);
		}
	}

	/**
	 * Sends the row here if it has values in columns that the server's row lacks: only
	 * the history that the server has lost had them.
	 */
	public void sendMore(LocalTable table, Object key, RowPayload payload) throws SQLException {
		SyncRow local = this.rows.read(table, key);
		if (local != null && this.versions.hasMore(table, local, payload)) {
			this.pending.keep(table, key, null, 0, null);
		}
	}

	/** Leaves out columns that the table has no more. */
	private static SyncRow existing(LocalTable table, SyncRow row) {
		Set<String> gone = new HashSet<>(row.columns());
		table.columns().forEach((column) -> gone.remove(column.member()));
		return gone.isEmpty() ? row : SqliteValues.without(row, gone);
	}

	/** Returns the local row; columns that it has never set take the server's values. */
	private @Nullable SyncRow take(@Nullable SyncRow local, @Nullable SyncRow sent, LocalTable table,
			RowVersions.@Nullable Known known) throws SQLException {
		if (local == null || sent == null) {
			return local;
		}
		SyncRow taken = local;
		for (String member : this.versions.unset(table, local, known)) {
			if (sent.columns().contains(member)) {
				taken = taken.with(member, sent.get(member));
			}
		}
		return taken;
	}

	private void writeChanged(LocalTable table, Object key, @Nullable SyncRow row) throws SQLException {
		SyncRow local = this.rows.read(table, key);
		if (row != null && local != null && !row.equals(local)) {
			this.rows.write(table, key, row);
		}
	}

	private static void refuseUnknownColumns(LocalTable table, SyncRow merged) {
		List<String> known = table.columns().stream().map(LocalColumn::member).toList();
		for (String column : merged.columns()) {
			if (!known.contains(column)) {
				throw new IllegalArgumentException("the merged row has a value for '" + column
						+ "', but the columns of '" + table.name() + "' are " + String.join(", ", known));
			}
		}
	}

	private static SyncRow merge(LocalTable table, Object key, Conflict conflict, SyncRow merged) {
		SyncRow ground = (conflict.local() != null) ? conflict.local() : conflict.server();
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (LocalColumn column : table.columns()) {
			String member = column.member();
			boolean given = merged.columns().contains(member);
			values.put(member, (given || ground == null) ? merged.get(member) : ground.get(member));
		}
		values.put(table.key().member(), key);
		return new SyncRow(values);
	}

	/** Columns that the server's row lacks keep the value that all devices have. */
	private static SyncRow complete(SyncRow server, @Nullable SyncRow common) {
		if (common == null || server.columns().size() == common.columns().size()) {
			return server;
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>(common.asMap());
		values.putAll(server.asMap());
		return new SyncRow(values);
	}

}
