/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.verify;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.oversync.client.DifferingRow.Kind;
import io.oversync.client.DifferingRow;
import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.VerifyResult;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.download.Downloader;
import io.oversync.client.internal.protocol.ServerChecksums;
import io.oversync.client.internal.report.VerifyReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.RowVersions.Known;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the local tables with the server's by checksums: tables first, then ranges of
 * keys of those that differ, divided until their rows are few enough to be listed.
 *
 * <p>
 * A comparison counts only if the head of the server's answer is the position up to which
 * this database has everything; otherwise what is new is fetched and it is repeated. So
 * neither changes of other devices nor edits of the application are taken for a
 * difference.
 */
public final class RowVerifier {

	/** Comparisons of one range while the head moves. */
	private static final int ATTEMPTS = 20;

	/** The statuses of servers without checksums. */
	private static final Set<Integer> UNKNOWN = Set.of(404, 405, 501);

	private final Database database;

	private final SyncState state;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final RowVersions versions;

	private final Downloader downloader;

	private final SyncServer server;

	public RowVerifier(ClientStore store, Downloader downloader, SyncServer server) {
		this.database = store.database();
		this.state = store.state();
		this.tables = store.tables();
		this.keys = store.keys();
		this.versions = store.versions();
		this.downloader = downloader;
		this.server = server;
	}

	/** Names the first rows that differ. */
	public VerifyReport verify() {
		return run((rows) -> {
		}, false);
	}

	/**
	 * Compares all rows.
	 * @param sink receives the differing rows
	 * @param all whether it receives all of them, and not only those that are named
	 */
	VerifyReport run(DifferenceSink sink, boolean all) {
		Run run = new Run(sink, all);
		this.downloader.drain();
		List<LocalTable> synced = this.tables.parentsFirst();
		Compared whole = compare(synced, KeyRange.ALL, run.sums, false);
		List<String> names = new ArrayList<>();
		long rows = 0;
		List<LocalTable> differing = new ArrayList<>();
		for (LocalTable table : synced) {
			ServerChecksums.Sum theirs = whole.theirs(table);
			if (theirs != null) {
				names.add(table.name());
				rows += theirs.rows();
				if (!whole.isSame(table)) {
					differing.add(table);
				}
			}
		}
		for (LocalTable table : differing) {
			run.narrow(table);
		}
		return new VerifyReport(this.database.read(this.state::cursor), List.copyOf(names), rows,
				List.copyOf(run.named), run.complete);
	}

	/** Compares a range of tables at a moment when everything was fetched. */
	private Compared compare(List<LocalTable> compared, KeyRange range, LocalSums sums, boolean entries) {
		for (int i = 0; i < ATTEMPTS; i++) {
			long cursor = this.database.read(this.state::cursor);
			Map<LocalTable, LocalSums.Sum> ours = new LinkedHashMap<>();
			compared.forEach((table) -> ours.put(table, sums.sum(table, range)));
			// after the rows here: another process may sync this database meanwhile
			ServerChecksums theirs = ask(compared, range, entries);
			if (theirs.head() == cursor && this.database.read(this.state::cursor) == cursor) {
				return new Compared(ours, theirs);
			}
			this.downloader.drain();
		}
		throw new SyncException("The server's rows changed during each of " + ATTEMPTS
				+ " attempts to compare them: verify again when fewer devices are writing");
	}

	private ServerChecksums ask(List<LocalTable> compared, KeyRange range, boolean entries) {
		List<String> names = compared.stream()
			.map((table) -> table.serverSchema() + "." + table.serverTable())
			.toList();
		boolean all = range.equals(KeyRange.ALL);
		try {
			return this.server.checksums(names, all ? null : range.from(), all ? null : range.to(), entries);
		}
		catch (ServerException ex) {
			if (!UNKNOWN.contains(ex.status())) {
				throw ex;
			}
			throw new ServerException(ex.status(), ex.code(),
					"The server has no checksums (" + ex.getMessage()
							+ "): rows cannot be verified with it. hydrate() compares all rows without them",
					ex.retryAfter().orElse(null));
		}
	}

	/** Returns the difference of a row, or null if it has a reason that is known. */
	private @Nullable FoundDifference difference(LocalTable table, String pk, LocalSums.@Nullable Row ours,
			ServerChecksums.@Nullable Entry entry) throws SQLException {
		long theirs = (entry != null) ? entry.version() : 0;
		Object key = (ours != null) ? ours.key() : localKey(table, pk);
		if (isChanged(table, pk, key) || isHeld(table, pk, theirs)) {
			return null;
		}
		Known known = this.versions.known(table, key);
		Kind kind = (theirs == 0) ? Kind.NOT_ON_SERVER : (ours != null) ? Kind.OTHER_VERSION : Kind.MISSING_HERE;
		return new FoundDifference(table, pk, key, kind, (known != null) ? known.version() : 0, theirs,
				(entry != null) ? entry.serverId() : 0, false);
	}

	private Object localKey(LocalTable table, String pk) throws SQLException {
		Object spelling = this.keys.spelling(table, pk);
		return (spelling != null) ? spelling : table.hasBlobKey() ? UuidKeys.bytes(pk) : pk;
	}

	/** What the server makes of a local change is seen when it is sent and answered. */
	private boolean isChanged(LocalTable table, String pk, Object key) throws SQLException {
		if (this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_outbox WHERE table_no = ?1 AND (pk = ?2 OR key = ?3))
				    OR EXISTS (SELECT 1 FROM _sync_quarantine WHERE table_no = ?1 AND (pk = ?2 OR key = ?3))
				    OR EXISTS (SELECT 1 FROM _sync_dirty WHERE table_no = ?1 AND key = ?3)""", table.no(), pk,
				key) > 0) {
			return true;
		}
		// a row whose version is not known yet may be spelled in any way
		String digits = pk.replace("-", "");
		return !table.hasBlobKey()
				&& this.database.number("SELECT count(*) FROM _sync_dirty WHERE table_no = ? AND key IN (?, ?, ?)",
						table.no(), pk.toUpperCase(Locale.ROOT), digits, digits.toUpperCase(Locale.ROOT)) > 0;
	}

	/** A row that a local constraint keeps out is reported as that. */
	private boolean isHeld(LocalTable table, String pk, long theirs) throws SQLException {
		return this.database.number("""
				SELECT EXISTS (SELECT 1 FROM _sync_held
				               WHERE table_no = ?1 AND pk = ?2 AND (version >= ?3 AND (?3 > 0 OR deleted)))""",
				table.no(), pk, theirs) > 0;
	}

	/** A verification under way. */
	private final class Run {

		private final DifferenceSink sink;

		private final boolean all;

		private final LocalSums sums = new LocalSums(RowVerifier.this.database);

		private final List<DifferingRow> named = new ArrayList<>();

		private boolean complete = true;

		Run(DifferenceSink sink, boolean all) {
			this.sink = sink;
			this.all = all;
		}

		void narrow(LocalTable table) {
			Deque<KeyRange> ranges = new ArrayDeque<>(List.of(KeyRange.ALL));
			while (!ranges.isEmpty() && (this.all || this.complete)) {
				KeyRange range = ranges.pop();
				Compared compared = compare(List.of(table), range, this.sums, true);
				ServerChecksums.Sum theirs = compared.theirs(table);
				if (theirs == null || compared.isSame(table)) {
					continue;
				}
				LocalSums.Sum ours = compared.ours(table);
				List<ServerChecksums.Entry> listed = theirs.entries();
				if (listed != null && ours.listed() != null) {
					take(RowVerifier.this.database.read(() -> differences(table, ours, listed)));
				}
				else {
					List<KeyRange> halves = range.halves(ours.first(), ours.last());
					ranges.push(halves.get(1));
					ranges.push(halves.get(0));
				}
			}
		}

		private void take(List<FoundDifference> rows) {
			if (rows.isEmpty()) {
				return;
			}
			for (FoundDifference row : rows) {
				if (this.named.size() < VerifyResult.MOST_ROWS) {
					this.named.add(row.report());
				}
				else {
					this.complete = false;
				}
			}
			this.sink.take(rows);
		}

		private List<FoundDifference> differences(LocalTable table, LocalSums.Sum sum,
				Collection<ServerChecksums.Entry> theirs) throws SQLException {
			Map<String, LocalSums.Row> ours = (sum.listed() != null) ? sum.listed() : Map.of();
			Map<String, ServerChecksums.Entry> entries = new LinkedHashMap<>();
			theirs.forEach((entry) -> entries.put(entry.pk(), entry));
			Set<String> pks = new TreeSet<>(ours.keySet());
			pks.addAll(entries.keySet());
			List<FoundDifference> rows = new ArrayList<>();
			for (String pk : pks) {
				LocalSums.Row here = ours.get(pk);
				ServerChecksums.Entry there = entries.get(pk);
				if (here == null || there == null || here.version() != there.version()) {
					FoundDifference row = difference(table, pk, here, there);
					if (row != null) {
						rows.add(row);
					}
				}
			}
			for (LocalSums.Row row : sum.doubled()) {
				String pk = String.valueOf(UuidKeys.uuid(row.key()));
				rows.add(new FoundDifference(table, pk, row.key(), Kind.NOT_ON_SERVER, 0, 0, 0, true));
			}
			return rows;
		}

	}

	/**
	 * Rows here and on the server, of one moment.
	 *
	 * @param ours the sums here
	 * @param theirs the sums there
	 */
	private record Compared(Map<LocalTable, LocalSums.Sum> ours, ServerChecksums theirs) {

		LocalSums.Sum ours(LocalTable table) {
			return Objects.requireNonNull(this.ours.get(table));
		}

		ServerChecksums.@Nullable Sum theirs(LocalTable table) {
			return this.theirs.of(table.serverSchema(), table.serverTable());
		}

		boolean isSame(LocalTable table) {
			ServerChecksums.Sum there = theirs(table);
			LocalSums.Sum here = ours(table);
			return there != null && there.rows() == here.rows() && there.digest() == here.digest();
		}

	}

}
