/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.RefusedDelete;
import io.oversync.client.ServerResetException;
import io.oversync.client.WaitingChange;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.conflict.ConflictHandler;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.protocol.ChangeAnswer;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.report.RefusedDeleteReport;
import io.oversync.client.internal.report.TransactionReport;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.report.WaitingReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.ConfirmedChange;
import io.oversync.client.internal.store.LostVersions;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.Quarantine;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.store.UnknownTables;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalKeys;
import io.oversync.client.internal.table.LocalRows;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.LocalTables;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the server's answers (§2.1). A row that was changed again after it was sent
 * stays changed, on top of the new version.
 */
public final class AnswerHandler {

	private final Database database;

	private final SyncState state;

	private final Clock clock;

	private final LocalTables tables;

	private final LocalKeys keys;

	private final LocalRows rows;

	private final RowVersions versions;

	private final PendingChanges pending;

	private final Outbox outbox;

	private final Quarantine quarantine;

	private final ConflictHandler conflicts;

	private final ServerRowApplier serverRows;

	private final UnknownTables unknownTables;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	public AnswerHandler(ClientStore store, ConflictHandler conflicts, ServerRowApplier serverRows, StreamWatch watch,
			OwnChanges ownChanges) {
		this.database = store.database();
		this.state = store.state();
		this.clock = store.clock();
		this.tables = store.tables();
		this.keys = store.keys();
		this.rows = store.rows();
		this.versions = store.versions();
		this.pending = store.pending();
		this.outbox = store.outbox();
		this.quarantine = store.quarantine();
		this.unknownTables = store.unknownTables();
		this.conflicts = conflicts;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
	}

	/**
	 * Settles a batch in a transaction.
	 * @param pass the pass that it was sent in
	 * @param last whether waiting for other changes of this device has not helped
	 * @throws ServerResetException if the answers are of another history
	 */
	Settled settle(List<OutboxEntry> entries, AnsweredUpload answer, long pass, boolean last) {
		this.watch.verify(entries, answer);
		return this.database.apply(() -> {
			Settled settled = settle(entries, answer.changes(), pass, last);
			this.state.noteUpload(this.clock.millis());
			this.watch.note(answer);
			this.ownChanges.confirmed(entries, settled.appended, settled.unseen, settled.shown());
			// the window of an interrupted hydration ends before what was settled now
			this.state.abandonHydration();
			return settled;
		});
	}

	private Settled settle(List<OutboxEntry> entries, List<ChangeAnswer> answers, long pass, boolean last)
			throws SQLException {
		Settled settled = new Settled();
		// most often there are none, which saves a statement for each change
		settled.held = this.serverRows.heldCount() > 0;
		for (int i = 0; i < entries.size(); i++) {
			OutboxEntry entry = entries.get(i);
			if (this.outbox.remove(entry)) {
				settle(entry, answers.get(i), pass, last, settled);
			}
		}
		for (LocalTable table : settled.known) {
			this.unknownTables.accepted(table);
		}
		if (this.serverRows.heldCount() > 0) {
			this.serverRows.retryHeld(settled.report);
		}
		return settled;
	}

	private void settle(OutboxEntry sent, ChangeAnswer answer, long pass, boolean last, Settled settled)
			throws SQLException {
		if (answer.status().equals("applied")) {
			applied(sent, answer, settled);
			return;
		}
		ReceivedRow row = answer.serverRow();
		Object key = this.keys.follow(sent.table(), sent.pk());
		OutboxEntry entry = (key != null) ? sent.withKey(key) : sent;
		switch (answer.status()) {
			case "conflict" -> {
				if (row != null) {
					conflict(entry, row, pass, last, settled);
				}
				else {
					wait(entry, pass, "The server reports a conflict without its row", settled);
				}
			}
			case "invalid" -> invalid(entry, answer, pass, settled);
			default -> wait(entry, pass, describe(answer), settled);
		}
	}

	private void applied(OutboxEntry entry, ChangeAnswer answer, Settled settled) throws SQLException {
		long version = (answer.newServerVersion() > 0) ? answer.newServerVersion() : entry.version() + 1;
		if (entry.reshaped() && entry.payload() != null) {
			// keeps the members that the table has dropped
			this.versions.set(entry.table(), entry.key(),
					new ReceivedRow(version, false, RowPayload.parse(entry.payload())));
		}
		else if (entry.op().equals("DELETE") && version == entry.version() && version > 0) {
			// the server has lost the row and keeps no trace of the delete, which another
			// device undoes that brings the row back
			this.versions.forget(entry.table(), entry.key());
			this.pending.noteLostDelete(entry.table(), entry.key(), version + 1);
		}
		else {
			this.versions.applied(entry.table(), entry.key(), version, entry.op().equals("DELETE"));
		}
		// one that was seen in the stream before its answer came is held
		boolean seen = settled.held && this.serverRows.isHeld(entry.table(), entry.key(), version);
		if (settled.held) {
			this.serverRows.dropHeld(entry.table(), entry.key(), version);
		}
		settled.applied++;
		settled.known.add(entry.table());
		if (version > entry.version()) {
			// a delete of a row that was deleted already leaves no trace in the stream
			settled.appended++;
			settled.unseen += seen ? 0 : 1;
			if (!seen && (settled.confirmed == null || !entry.op().equals("DELETE"))) {
				settled.confirmed = entry;
			}
		}
	}

	private void conflict(OutboxEntry entry, ReceivedRow row, long pass, boolean last, Settled settled)
			throws SQLException {
		if (this.versions.defer(entry.table(), entry.key())) {
			wait(entry, pass, "The server had lost the row, and another device was faster: the next download shows how",
					settled);
			return;
		}
		RowVersions.Known known = this.versions.known(entry.table(), entry.key());
		boolean seen = (known != null && known.version() >= row.version())
				|| this.serverRows.isHeld(entry.table(), entry.key(), row.version());
		boolean overtaken = entry.lostVersion() > 0 && LostVersions.count(row.version()) > entry.lostVersion()
				&& !this.pending.isDirty(entry.table(), entry.key());
		String problem = overtaken
				? this.conflicts.takeServer(entry.table(), entry.key(), entry.pk(), row, settled.report)
				: this.conflicts.settle(entry.table(), entry.key(), entry.pk(), entry.base(), row, pass,
						settled.report);
		if (problem != null) {
			wait(entry, pass, problem, settled);
			this.serverRows.hold(entry.table(), entry.key(), entry.pk(), row, problem);
		}
		else {
			this.serverRows.dropHeld(entry.table(), entry.key(), row.version());
			if (row.version() != entry.version()) {
				settled.progress = true;
				settled.met = seen ? settled.met : ConfirmedChange.of(entry.table(), entry.pk(), row);
			}
			else if (entry.op().equals("DELETE")) {
				referenced(entry, pass, last, settled);
			}
		}
	}

	/**
	 * The server refuses a delete on top of its latest version only where other rows
	 * refer to the row. Deletes of those may be on their way.
	 */
	private void referenced(OutboxEntry entry, long pass, boolean last, Settled settled) throws SQLException {
		PendingChanges.Unsent kept = this.pending.unsent(entry.table(), entry.key());
		if (kept == null || this.rows.read(entry.table(), entry.key()) != null) {
			return;
		}
		String problem = "Rows on the server refer to it";
		if (last) {
			this.pending.drop(entry.table(), entry.key());
			settled.quarantined.add(this.quarantine.add(entry.table(), entry.key(), entry.pk(), entry.op(), null,
					kept.base(), "referenced",
					problem + ": delete or change them and retry, or discard the delete to bring the row back"));
		}
		else {
			settled.referenced = true;
			this.pending.keep(entry.table(), entry.key(), kept.base(), pass, problem);
			settled.waiting.add(new WaitingReport(entry.table().name(), entry.pk(), problem));
		}
	}

	private void invalid(OutboxEntry entry, ChangeAnswer answer, long pass, Settled settled) throws SQLException {
		String reason = String.valueOf(answer.reason());
		switch (reason) {
			case "unregistered_table" -> {
				this.unknownTables.refused(entry.table());
				wait(entry, pass, describe(answer), settled);
			}
			case "bad_payload", "request_too_large" -> {
				if (entry.op().equals("DELETE") && answer.referencedBy() != null) {
					refuse(entry, answer.referencedBy(), settled);
				}
				else {
					reject(entry, reason, describe(answer), settled);
				}
			}
			case "fk_missing" -> {
				String parent = deletedParent(answer.missing());
				if (parent != null) {
					reject(entry, reason,
							"The parent " + parent + " is deleted: bring it back and retry, or discard this change",
							settled);
				}
				else {
					wait(entry, pass, "Waits for " + String.join(", ", answer.missing()), settled);
				}
			}
			default -> wait(entry, pass, describe(answer), settled);
		}
	}

	/**
	 * Other rows refer to the row, so the server sends it again in its next version: it
	 * is written as it arrives, and the delete is over. A row that was inserted again
	 * meanwhile stays, as an edit.
	 */
	private void refuse(OutboxEntry entry, List<String> referencedBy, Settled settled) throws SQLException {
		// what refers to it, and waited for the answer, is decided about now
		settled.progress = true;
		if (this.rows.read(entry.table(), entry.key()) != null) {
			this.pending.keep(entry.table(), entry.key(), entry.base(), 0, null);
			return;
		}
		this.pending.drop(entry.table(), entry.key());
		this.versions.awaited(entry.table(), entry.key());
		List<RefusedDelete.Referrer> referrers = referencedBy.stream().map(this::referrer).toList();
		String message = "Rows on the server refer to it" + (referrers.isEmpty() ? ""
				: ": " + referrers.stream()
					.map((referrer) -> referrer.table() + " " + referrer.pk())
					.collect(Collectors.joining(", ")))
				+ ". It comes back; delete or change those rows first";
		settled.refused.add(new RefusedDeleteReport(entry.table().name(), entry.pk(),
				(entry.base() != null) ? BaseImage.read(entry.base()) : null, referrers, message));
	}

	private RefusedDelete.Referrer referrer(String name) {
		RowName row = RowName.parse(name);
		if (row == null) {
			return new RefusedDeleteReport.ReferrerReport("", name);
		}
		LocalTable table = this.tables.onServer(row.schema, row.table);
		return new RefusedDeleteReport.ReferrerReport((table != null) ? table.name() : row.schema + "." + row.table,
				row.pk);
	}

	/** Returns a missing parent that will not come, since it was deleted or discarded. */
	private @Nullable String deletedParent(List<String> missing) throws SQLException {
		for (String parent : missing) {
			RowName name = RowName.parse(parent);
			if (name == null || UuidKeys.uuid(name.pk) == null) {
				continue;
			}
			LocalTable table = this.tables.onServer(name.schema, name.table);
			if (table != null) {
				Object key = this.keys.local(table, name.pk, null);
				RowVersions.Known known = this.versions.known(table, key);
				boolean deleted = (known != null) ? known.deleted() && !known.awaited()
						: this.pending.lostDelete(table, key) != null;
				if (deleted && this.rows.read(table, key) == null) {
					return parent;
				}
			}
		}
		return null;
	}

	/** The change is none of the server's; it will be sent again, as the row is then. */
	void wait(OutboxEntry entry, long pass, String problem, Settled settled) throws SQLException {
		this.pending.keep(entry, pass, problem);
		settled.waiting.add(new WaitingReport(entry.table().name(), entry.pk(), problem));
	}

	/** The change will never be taken, unless the row was changed again meanwhile. */
	void reject(OutboxEntry entry, String reason, String message, Settled settled) throws SQLException {
		if (this.pending.isDirty(entry.table(), entry.key())) {
			this.pending.keep(entry.table(), entry.key(), entry.base(), 0, null);
			return;
		}
		settled.quarantined.add(this.quarantine.add(entry.table(), entry.key(), entry.pk(), entry.op(), entry.payload(),
				entry.base(), reason, message));
	}

	private static String describe(ChangeAnswer answer) {
		StringBuilder text = new StringBuilder(answer.status());
		if (answer.reason() != null) {
			text.append(": ").append(answer.reason());
		}
		if (answer.message() != null) {
			text.append(": ").append(answer.message());
		}
		return text.toString();
	}

	/** A row as the server names it: {@code schema.table:key}. */
	private record RowName(String schema, String table, String pk) {

		static @Nullable RowName parse(String name) {
			int dot = name.indexOf('.');
			int colon = name.lastIndexOf(':');
			return (dot < 0 || colon < dot) ? null
					: new RowName(name.substring(0, dot), name.substring(dot + 1, colon), name.substring(colon + 1));
		}

	}

	/** The outcome of a batch. */
	static final class Settled {

		private int applied;

		/** The number of entries that were appended to the stream. */
		private int appended;

		/** How many of them were not seen there. */
		private int unseen;

		/** The last of them that was not seen there, preferably no delete. */
		private @Nullable OutboxEntry confirmed;

		/** The last row of a conflict that was not seen there. */
		private @Nullable ConfirmedChange met;

		private boolean progress;

		private boolean referenced;

		/** Whether rows of the server were held when the batch was settled. */
		private boolean held;

		private final Set<LocalTable> known = new HashSet<>();

		private final List<WaitingChange> waiting = new ArrayList<>();

		private final List<QuarantinedChange> quarantined = new ArrayList<>();

		private final List<RefusedDelete> refused = new ArrayList<>();

		private final TransactionReport report = new TransactionReport();

		/** Returns whether sending what was not taken again may help. */
		boolean progress() {
			return this.applied > 0 || this.progress;
		}

		/** Returns whether deletes were refused that others may make room for. */
		boolean referenced() {
			return this.referenced;
		}

		/** Returns what the stream must have, or null. */
		@Nullable ConfirmedChange shown() {
			return (this.confirmed != null) ? ConfirmedChange.of(this.confirmed) : this.met;
		}

		UploadReport toResult(int uploaded) {
			return new UploadReport(uploaded, this.applied, List.copyOf(this.report.conflicts()),
					List.copyOf(this.quarantined), List.copyOf(this.refused), List.copyOf(this.waiting), 0);
		}

	}

}
