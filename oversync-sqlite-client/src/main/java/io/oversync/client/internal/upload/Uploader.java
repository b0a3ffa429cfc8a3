/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.oversync.client.NetworkException;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.apply.ServerRowApplier;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.database.TablesChangedException;
import io.oversync.client.internal.history.OwnChanges;
import io.oversync.client.internal.history.StreamWatch;
import io.oversync.client.internal.hydrate.Hydrator;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.protocol.ChangeAnswer;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.report.WaitingReport;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends local changes: freeze, send, settle. Only the first and the last are
 * transactions; between them nothing is locked, and a crash at any point leaves the
 * outbox to be sent again.
 *
 * <p>
 * A request that fails as a whole, again and again, may fail because of one of its
 * changes. So it is halved, down to one change; what fails alone is sent alone from then
 * on, after everything else. It stays in the outbox, since it is not known whether it
 * arrived.
 */
public final class Uploader {

	private static final Logger logger = LoggerFactory.getLogger(Uploader.class);

	private static final int UNAUTHORIZED = 401;

	private static final int BAD_REQUEST = 400;

	private static final int TOO_LARGE = 413;

	private static final String BATCH_TOO_LARGE = "batch_too_large";

	/** A change whose request has failed so often while it was alone is set aside. */
	private static final int FAILURES = 2;

	/** So many changes that fail alone, one after the other, are enough for one sync. */
	private static final int MAX_FAILURES_IN_A_ROW = 2;

	private static final int PROBLEM_LENGTH = 500;

	/** A sync that makes so many passes has met something that changes all the time. */
	private static final int MAX_PASSES = 20;

	private final Database database;

	private final SyncServer server;

	private final Outbox outbox;

	private final OutboxWriter outboxWriter;

	private final AnswerHandler answerHandler;

	private final ServerRowApplier serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final PendingChanges pending;

	private final BatchSize size;

	private final Listeners listeners;

	private final Clock clock;

	/** Looks at the server, and at the ids used so far, before anything is frozen. */
	private final Runnable check;

	/** Whether that was done in this call. */
	private boolean checked;

	/**
	 * Whether a request has failed as a whole since everything was sent the last time.
	 */
	private boolean failing;

	/** Changes that have failed alone since the last success. */
	private int failuresInARow;

	public Uploader(Database database, SyncServer server, Outbox outbox, OutboxWriter outboxWriter,
			AnswerHandler answerHandler, ServerRowApplier serverRows, StreamWatch watch, OwnChanges ownChanges,
			PendingChanges pending, BatchSize size, Listeners listeners, Clock clock, Runnable check) {
		this.database = database;
		this.server = server;
		this.outbox = outbox;
		this.outboxWriter = outboxWriter;
		this.answerHandler = answerHandler;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.pending = pending;
		this.size = size;
		this.listeners = listeners;
		this.clock = clock;
		this.check = check;
	}

	/** Sends one batch. */
	public UploadReport once() {
		begin();
		long pass = nextPass();
		UploadReport result = once(new Pass(pass, pass, false)).result.withPending(pending());
		this.failing = false;
		return result;
	}

	/**
	 * Sends everything that is pending, and changes that were not taken once more as long
	 * as that may help.
	 */
	public UploadReport drain() {
		begin();
		UploadReport total = UploadReport.none(0);
		if (!this.database.read(this::hasWork)) {
			return total;
		}
		// an application that goes on writing must not keep downloads waiting
		long limit = 2 * pending();
		long first = 0;
		boolean last = false;
		for (int i = 0; i < MAX_PASSES; i++) {
			long number = nextPass();
			first = (first > 0) ? first : number;
			boolean progress = false;
			boolean referenced = false;
			int before = total.uploaded();
			Sent sent;
			do {
				sent = once(new Pass(number, first, last));
				progress |= sent.progress;
				referenced |= sent.referenced;
				total = total.plus(sent.result);
			}
			while (sent.more && total.uploaded() - before < limit);
			// not after each batch: it counts all that is left
			total = total.withPending(pending());
			if (total.pending() == 0 || (!progress && !referenced)) {
				break;
			}
			last = !progress;
		}
		this.failing = false;
		return total;
	}

	private void begin() {
		this.failuresInARow = 0;
		this.checked = false;
	}

	/**
	 * Whether there may be something to send; an idle sync writes nothing.
	 * @throws TablesChangedException if changes may have gone unnoticed
	 */
	private boolean hasWork() throws SQLException {
		if (!this.database.isPrepared()) {
			throw new TablesChangedException();
		}
		return hasChanges() || this.serverRows.isHeldDue();
	}

	/** Whether there are changes to send, also such that no trigger has seen. */
	private boolean hasChanges() throws SQLException {
		return this.pending.isAny() || this.outboxWriter.hasUnseen();
	}

	private long pending() {
		return this.database.read(this.pending::count);
	}

	private long nextPass() {
		return this.database.write(() -> {
			this.database.update("UPDATE _sync_state SET pass = pass + 1");
			return this.database.number("SELECT pass FROM _sync_state");
		});
	}

	private Sent once(Pass pass) {
		UploadReport result = UploadReport.none(0);
		while (true) {
			List<QuarantinedChange> refused = new ArrayList<>();
			List<OutboxEntry> entries = nextBatch(pass, refused);
			result = result.plus(told(new UploadReport(0, 0, List.of(), refused, List.of(), List.of(), 0)));
			if (entries.isEmpty()) {
				return new Sent(result, false, false, false);
			}
			try {
				AnsweredUpload answer = send(entries);
				if (answer != null) {
					this.watch.verify(entries, answer);
					AnswerHandler.Settled settled = settle(entries, answer, pass);
					result = result.plus(told(settled.toResult(entries.size())));
					return new Sent(result, true, settled.progress(), settled.referenced());
				}
			}
			catch (ServerException ex) {
				if (entries.size() == 1 && ex.status() != UNAUTHORIZED) {
					result = result.plus(told(failedAlone(entries.get(0), pass, ex)));
					return new Sent(result, true, false, false);
				}
				throw ex;
			}
			catch (OutOfMemoryError ex) {
				if (entries.size() > 1) {
					throw ex;
				}
				result = result.plus(told(failedAlone(entries.get(0), pass, tooLarge(entries.get(0), ex))));
				return new Sent(result, true, false, false);
			}
		}
	}

	private static SyncException tooLarge(OutboxEntry entry, OutOfMemoryError cause) {
		return new SyncException("A change of " + entry.table().name() + " of " + entry.bytes()
				+ " bytes needs more memory than there is: give the JVM a larger heap (-Xmx), or make the value smaller",
				cause);
	}

	/** Tells now: what comes next may fail, and this is not seen again. */
	private UploadReport told(UploadReport result) {
		this.listeners.tell(result);
		return result;
	}

	/**
	 * The application may write at any moment, so whether the server has to be looked at
	 * first is decided in the transaction that freezes.
	 */
	private List<OutboxEntry> nextBatch(Pass pass, List<QuarantinedChange> refused) {
		Optional<List<OutboxEntry>> entries = this.database
			.apply(() -> (this.checked || !hasChanges()) ? Optional.of(freeze(pass, refused)) : Optional.empty());
		return entries.orElseGet(() -> {
			this.check.run();
			this.checked = true;
			return this.database.apply(() -> freeze(pass, refused));
		});
	}

	private List<OutboxEntry> freeze(Pass pass, List<QuarantinedChange> refused) throws SQLException {
		List<OutboxEntry> entries = head();
		if (entries.isEmpty()) {
			refused.addAll(this.outboxWriter.freeze(this.size, pass.number));
			this.serverRows.releaseHeld();
			entries = head();
		}
		if (entries.isEmpty() && this.failuresInARow < MAX_FAILURES_IN_A_ROW) {
			return this.outbox.suspect(pass.first);
		}
		return entries;
	}

	private List<OutboxEntry> head() throws SQLException {
		return this.outbox.head(this.size.count(), this.size.bytes(), this.size.isSingle());
	}

	/** Returns the answers, or null if less must be sent. */
	private @Nullable AnsweredUpload send(List<OutboxEntry> entries) {
		long seen = this.database.read(() -> this.database.number("SELECT cursor FROM _sync_state"));
		try {
			AnsweredUpload answer = this.server.upload(seen, entries.stream().map(OutboxEntry::toChange).toList());
			if (entries.size() > 1
					&& answer.changes().stream().allMatch((change) -> BATCH_TOO_LARGE.equals(change.reason()))) {
				shrink(entries, BATCH_TOO_LARGE);
				return null;
			}
			this.failuresInARow = 0;
			this.size.grow();
			return answer;
		}
		catch (NetworkException | OutOfMemoryError ex) {
			// perhaps it took too long, or the answer was too large
			this.size.shrink(entries.size(), bytes(entries));
			throw ex;
		}
		catch (ServerException ex) {
			return refused(entries, ex);
		}
	}

	/**
	 * The request was refused as a whole. Only the server can say that a change will
	 * never be taken: an answer of something in between is a failure like others.
	 */
	private @Nullable AnsweredUpload refused(List<OutboxEntry> entries, ServerException problem) {
		boolean judged = !problem.code().isEmpty()
				&& (problem.status() == TOO_LARGE || problem.status() == BAD_REQUEST);
		if (judged && entries.size() == 1) {
			return new AnsweredUpload(0,
					List.of((problem.status() == TOO_LARGE)
							? new ChangeAnswer("invalid", 0, null, problem.getMessage(), "request_too_large", List.of(),
									null)
							: new ChangeAnswer("refused", 0, null, problem.getMessage(), null, List.of(), null)));
		}
		if (entries.size() == 1 || problem.status() == UNAUTHORIZED) {
			throw problem;
		}
		shrink(entries, problem.getMessage());
		boolean again = this.failing && problem.retryAfter().isEmpty();
		this.failing = true;
		if (!judged && !again) {
			throw problem;
		}
		return null;
	}

	/**
	 * Sets a change aside that fails alone.
	 * @throws SyncException if it has not failed often enough for that
	 */
	private UploadReport failedAlone(OutboxEntry entry, Pass pass, SyncException problem) {
		String message = String.valueOf(problem.getMessage());
		String reason = message.substring(0, Math.min(message.length(), PROBLEM_LENGTH));
		this.database.write(() -> {
			this.outbox.failed(entry, pass.number, reason);
			return entry;
		});
		this.size.growFast();
		this.failuresInARow++;
		if (entry.failures() + 1 < FAILURES) {
			throw problem;
		}
		logger.warn("A change of {} waits, since each request fails that it is in: {}", entry.table().name(), reason);
		return new UploadReport(0, 0, List.of(), List.of(), List.of(),
				List.of(new WaitingReport(entry.table().name(), entry.pk(), reason)), 0);
	}

	private void shrink(List<OutboxEntry> entries, @Nullable String why) {
		this.size.shrink(entries.size(), bytes(entries));
		logger.info("An upload of {} changes was too much, sending {} at a time: {}", entries.size(), this.size.count(),
				why);
	}

	private static long bytes(List<OutboxEntry> entries) {
		return entries.stream().mapToLong(OutboxEntry::bytes).sum();
	}

	private AnswerHandler.Settled settle(List<OutboxEntry> entries, AnsweredUpload answer, Pass pass) {
		return this.database.apply(() -> {
			AnswerHandler.Settled settled = this.answerHandler.settle(entries, answer.changes(), pass.number,
					pass.last);
			this.database.update("UPDATE _sync_state SET last_upload = ?", this.clock.millis());
			this.watch.note(answer);
			this.ownChanges.confirmed(entries, settled.appended(), settled.confirmed());
			// the window of an interrupted hydration ends before what was settled now
			Hydrator.abandon(this.database, "hydrate_until IS NOT NULL");
			return settled;
		});
	}

	/**
	 * A pass over what is to be sent.
	 *
	 * @param number of this pass: what it has sent it does not send again
	 * @param first the number of this sync's first pass
	 * @param last whether waiting for other changes of this device has not helped
	 */
	private record Pass(long number, long first, boolean last) {
	}

	/**
	 * A batch that was sent.
	 *
	 * @param result what became of it
	 * @param more whether there may be more to send
	 * @param progress whether sending the rest again may help
	 * @param referenced whether deletes were refused that others may make room for
	 */
	private record Sent(UploadReport result, boolean more, boolean progress, boolean referenced) {
	}

}
