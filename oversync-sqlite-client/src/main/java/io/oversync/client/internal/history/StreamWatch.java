/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import io.oversync.client.Recovery;
import io.oversync.client.ServerResetException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.protocol.ChangeAnswer;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.protocol.ServerState;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.store.SeenHistory;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.MessageText;
import io.oversync.client.internal.table.LocalTables;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;

/**
 * Watches that the server still has the history that this database has seen. A server
 * that was put back to an earlier state hands positions and versions out a second time: a
 * device that went on would miss changes, and its edits would overwrite rows that it has
 * never seen.
 *
 * <p>
 * The evidence, looked for before something is sent or a page is written:
 * <ul>
 * <li>the stream ends before a position that it had reached;
 * <li>the change at the last position that was seen is another one, or gone;
 * <li>a change of this device that was confirmed, the last one or one that was only
 * counted, is gone, or the row that the last answer has shown with a conflict;
 * <li>the server names another epoch;
 * <li>the answer to an upload knows a row in an earlier version than this device.
 * </ul>
 * It is kept in the database, and nothing is exchanged until a hydration has brought both
 * together. A change that is gone is no evidence where tombstones have expired.
 */
public final class StreamWatch {

	/** A larger row is not fetched with each sync only to check the history. */
	private static final long LARGE = 256 * 1024;

	private static final int PRINT_BYTES = 16;

	private final Database database;

	private final SyncState state;

	private final RowVersions versions;

	private final SyncServer server;

	private final LocalTables tables;

	private final String sourceId;

	private final LastConfirmed lastConfirmed;

	/** Whether the history was verified in this call. */
	private boolean verified;

	private boolean askedEpoch;

	/** The position at which a large row was checked since the client was opened. */
	private long largeAt = -1;

	public StreamWatch(ClientStore store, SyncServer server, String sourceId) {
		this.database = store.database();
		this.state = store.state();
		this.versions = store.versions();
		this.server = server;
		this.tables = store.tables();
		this.sourceId = sourceId;
		this.lastConfirmed = new LastConfirmed(store, server, sourceId);
	}

	/** A call of the client begins: the server may have been put back since the last. */
	public void begin() {
		this.verified = false;
	}

	/**
	 * Verifies the history, unless it was in this call.
	 * @throws ServerResetException if it is another one
	 */
	public void verify() {
		SeenHistory seen = seen();
		if (this.verified || (seen.end() == 0) || this.largeAt == seen.position()) {
			if (!this.verified) {
				checkConfirmed();
			}
			checkEpoch(seen);
			// what is seen from now on in this call is this server's
			this.verified = true;
			return;
		}
		DownloadPage page = this.server.peek(Math.max(seen.position(), 1) - 1);
		if (this.server.epoch() == null && !this.askedEpoch) {
			this.askedEpoch = true;
			this.server.askEpoch();
		}
		checkEpoch(seen);
		checkEnd(seen.end(), page.windowUntil());
		if (seen.position() > 0) {
			checkMark(seen, page);
		}
		checkConfirmed();
		this.verified = true;
	}

	/**
	 * Returns whether the history was not verified yet, and a page from there can do
	 * that. A page from 0 would tell the server that this device has nothing.
	 */
	public boolean isDueAt(long cursor) {
		return !this.verified && cursor > 1 && this.largeAt != cursor && cursor == seen().position()
				&& !this.lastConfirmed.isDue();
	}

	/**
	 * Verifies the history by the beginning of a page that starts before the last change
	 * that was seen.
	 * @return false if that change is not there as it was seen: {@link #verify()} knows
	 * whether it is one of another schema, which the page has left out
	 */
	public boolean isSeenIn(List<ReceivedChange> changes, long position) {
		SeenHistory seen = seen();
		ReceivedChange there = find(changes, position);
		if (there == null || !isRight(seen, there)) {
			return false;
		}
		noteRight(seen, there);
		this.verified = true;
		return true;
	}

	/** Returns a position that the stream had reached, to be asked before a page is. */
	public long reached() {
		return seen().end();
	}

	/**
	 * Verifies the history by the end of a page, before that is written.
	 * @param reached see {@link #reached}: another process on this database may have seen
	 * the stream grow since
	 * @throws ServerResetException if it is another one
	 */
	public void verify(DownloadPage page, long reached) {
		checkEnd(reached, page.windowUntil());
		verify();
	}

	/**
	 * Verifies the history by the end of a window, before anything of it is written.
	 * @param windowUntil the end, 0 if it is not known yet
	 * @param reached see {@link #reached}
	 * @throws ServerResetException if it is another one
	 */
	public void verify(long windowUntil, long reached) {
		if (windowUntil > 0) {
			checkEnd(reached, windowUntil);
		}
		verify();
	}

	/** Returns whether the server names an epoch that was not noted yet. */
	public boolean hasNewEpoch() {
		String epoch = this.server.epoch();
		return epoch != null && !epoch.equals(seen().epoch());
	}

	/**
	 * Verifies the answers to an upload before they are settled.
	 * @throws ServerResetException if they are of another history
	 */
	public void verify(List<OutboxEntry> entries, AnsweredUpload answer) {
		checkEpoch(seen());
		for (int i = 0; i < entries.size(); i++) {
			OutboxEntry entry = entries.get(i);
			long version = version(answer.changes().get(i), entry.version());
			if ((version < entry.version() && !isMissing(entry)) || !isContinued(entry, answer.changes().get(i))) {
				throw lost("the row " + entry.pk() + " of " + entry.table().name() + " is at version " + version
						+ " there, and was at " + entry.version());
			}
		}
	}

	/** A row that the server has lost is sent on top of a version that it never had. */
	private boolean isMissing(OutboxEntry entry) {
		return this.database.read(() -> this.versions.isMissing(entry.table(), entry.key()));
	}

	/** An applied change gets a later version, except a delete of a deleted row. */
	private static boolean isContinued(OutboxEntry entry, ChangeAnswer answer) {
		return !answer.status().equals("applied") || answer.newServerVersion() <= 0 || entry.op().equals("DELETE")
				|| answer.newServerVersion() > entry.version();
	}

	private static long version(ChangeAnswer answer, long unknown) {
		ReceivedRow row = answer.serverRow();
		if (answer.status().equals("conflict") && row != null) {
			return row.version();
		}
		return (answer.status().equals("applied") && answer.newServerVersion() > 0) ? answer.newServerVersion()
				: unknown;
	}

	private void checkEpoch(SeenHistory seen) {
		String epoch = this.server.epoch();
		if (seen.epoch() != null && epoch != null && !epoch.equals(seen.epoch())) {
			throw lost("it names the epoch " + MessageText.shortened(epoch) + " and not "
					+ MessageText.shortened(seen.epoch()));
		}
	}

	private void checkEnd(long reached, long windowUntil) {
		if (windowUntil < reached) {
			throw lost("its stream ends at " + windowUntil + " and had reached " + reached);
		}
	}

	/**
	 * Checks the last confirmed change; its position is where the history is checked from
	 * now on.
	 */
	private void checkConfirmed() {
		try {
			ReceivedChange there = this.lastConfirmed.find();
			if (there != null) {
				this.database.write(() -> {
					this.state.settleConfirmed();
					return this.state.mark(there.serverId(), print(there));
				});
			}
		}
		catch (LastConfirmed.MissingException ex) {
			requireKept(this.database.read(this.state::ownCursor) + 1,
					"what its last answer to this device has shown is gone");
			this.database.write(() -> {
				this.state.settleConfirmed();
				return ex;
			});
		}
	}

	private void checkMark(SeenHistory seen, DownloadPage page) {
		ReceivedChange there = find(page.changes(), seen.position());
		if (there == null) {
			requireKept(seen.position(), "the change at " + seen.position() + " is gone");
			return;
		}
		if (!isRight(seen, there)) {
			throw lost("the change at " + seen.position() + " is another one");
		}
		noteRight(seen, there);
	}

	/**
	 * Takes a missing change for evidence unless it may be a delete that has expired.
	 * @param first the first position where it may have been
	 */
	private void requireKept(long first, String evidence) {
		long retained = this.server.askState().retainedSince();
		if (first > retained) {
			throw lost(evidence);
		}
		requireServed(retained);
	}

	/**
	 * Ensures that this device has heard of all deletes that the server does not know any
	 * more.
	 * @throws ServerException if it may have not
	 */
	public void requireServed() {
		requireServed(this.server.askState().retainedSince());
	}

	private void requireServed(long retained) {
		long cursor = this.database.read(this.state::heardUntil);
		if (cursor > 0 && cursor < retained) {
			throw CursorExpired.of(cursor, retained);
		}
	}

	/**
	 * Asks which tombstones have expired. What was read from the start of the stream is
	 * complete if their number is the same before and after.
	 */
	public ServerState serverState() {
		return this.server.askState();
	}

	private static @Nullable ReceivedChange find(List<ReceivedChange> changes, long position) {
		return changes.stream().filter((change) -> change.serverId() == position).findFirst().orElse(null);
	}

	private boolean isRight(SeenHistory seen, ReceivedChange there) {
		if (seen.isMark()) {
			return seen.print() == null || seen.print().equals(print(there));
		}
		return seen.isCounted() ? seen.counted().is(there, this.sourceId) : isUnseen(there);
	}

	private void noteRight(SeenHistory seen, ReceivedChange there) {
		RowPayload payload = there.row().payload();
		this.largeAt = (payload != null && payload.toJson().length() > LARGE) ? there.serverId() : -1;
		String print = print(there);
		if (!seen.isMark() || !print.equals(seen.print())) {
			this.database.write(() -> this.state.mark(there.serverId(), print));
		}
	}

	/**
	 * Returns whether the change is one that downloads leave out: all others were seen.
	 */
	private boolean isUnseen(ReceivedChange change) {
		return change.sourceId().equals(this.sourceId) || this.tables.onServer(change.schema(), change.table()) == null;
	}

	/** Keeps the evidence, so that it counts also after a crash. */
	public ServerResetException lost(String evidence) {
		String message = "The server was put back to an earlier state, or is another one: " + evidence
				+ ". sync() brings both together while downloads are not paused; so does hydrate()";
		this.database.write(() -> {
			this.state.noteRecovery(Recovery.Reason.SERVER_PUT_BACK, message);
			return message;
		});
		return new ServerResetException(message);
	}

	/** Returns what is to be recovered from, if there is something. */
	public Optional<Recovery> pending() {
		return this.database.read(() -> Optional.ofNullable(this.state.recovery()));
	}

	private SeenHistory seen() {
		pending().ifPresent((recovery) -> {
			throw new ServerResetException(recovery.message());
		});
		return this.database.read(this.state::seen);
	}

	/**
	 * Notes what was seen, within the transaction that writes it.
	 * @param span the part of the stream
	 * @param windowUntil the end of the window, 0 if it is not known yet
	 */
	public void note(StreamSpan span, long windowUntil) throws SQLException {
		this.state.noteHead(windowUntil, this.server.epoch());
		ReceivedChange last = span.last();
		if (last != null) {
			this.state.mark(last.serverId(), print(last));
			this.state.noteSeenMicros(span.micros());
		}
	}

	/** As {@link #note}, for a part that is staged. */
	public void noteStaged(StreamSpan span) throws SQLException {
		ReceivedChange last = span.last();
		if (last != null) {
			this.state.markStaged(last.serverId(), print(last), span.micros());
		}
	}

	/** Notes an answer, within the transaction that settles it. */
	public void note(AnsweredUpload answer) throws SQLException {
		this.state.noteHead(answer.highestServerSeq());
		this.state.noteFirstEpoch(this.server.epoch());
	}

	/** The server's history is the one that was staged, whatever was seen before. */
	public void noteHydrated() throws SQLException {
		this.state.adoptStagedHistory(this.server.epoch());
	}

	/** Returns the fingerprint of an entry. */
	private static String print(ReceivedChange change) {
		String text = String.join("\n", String.valueOf(change.serverId()), change.schema(), change.table(), change.pk(),
				String.valueOf(change.row().version()), String.valueOf(change.row().deleted()), change.sourceId(),
				String.valueOf(change.sourceChangeId()));
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest, 0, PRINT_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

}
