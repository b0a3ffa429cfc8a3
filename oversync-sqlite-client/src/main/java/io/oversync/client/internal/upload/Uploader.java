/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.oversync.client.QuarantinedChange;
import io.oversync.client.ServerException;
import io.oversync.client.SyncException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.report.Listeners;
import io.oversync.client.internal.report.UploadReport;
import io.oversync.client.internal.report.WaitingReport;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.Outbox;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.PendingChanges;
import io.oversync.client.internal.store.SyncState;
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

	/** A change whose request has failed so often while it was alone is set aside. */
	private static final int FAILURES = 2;

	private static final int PROBLEM_LENGTH = 500;

	/** The greatest number of passes of a sync. */
	private static final int MAX_PASSES = 20;

	private final Database database;

	private final SyncState state;

	private final Outbox outbox;

	private final PendingChanges pending;

	private final BatchSender sender;

	private final OutboxWriter outboxWriter;

	private final AnswerHandler answerHandler;

	private final Listeners listeners;

	/**
	 * Checks the server's history, and the ids used so far, before anything is frozen.
	 */
	private final Runnable check;

	/** Whether that was done in this call. */
	private boolean checked;

	public Uploader(ClientStore store, BatchSender sender, OutboxWriter outboxWriter, AnswerHandler answerHandler,
			Listeners listeners, Runnable check) {
		this.database = store.database();
		this.state = store.state();
		this.outbox = store.outbox();
		this.pending = store.pending();
		this.sender = sender;
		this.outboxWriter = outboxWriter;
		this.answerHandler = answerHandler;
		this.listeners = listeners;
		this.check = check;
	}

	/** Sends one batch. */
	public UploadReport once() {
		begin();
		long pass = nextPass();
		UploadReport result = once(new Pass(pass, pass, false)).result.withPending(pending());
		this.sender.end();
		return result;
	}

	/**
	 * Sends everything that is pending, and changes that were not taken once more as long
	 * as that may help.
	 */
	public UploadReport drain() {
		begin();
		UploadReport total = UploadReport.none(0);
		if (!this.database.read(this.outboxWriter::hasWork)) {
			return total;
		}
		// an application that goes on writing must not delay downloads
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
		this.sender.end();
		return total;
	}

	private void begin() {
		this.sender.begin();
		this.checked = false;
	}

	private long pending() {
		return this.database.read(this.pending::count);
	}

	private long nextPass() {
		return this.database.write(this.state::nextPass);
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
				AnsweredUpload answer = this.sender.send(entries);
				if (answer != null) {
					AnswerHandler.Settled settled = this.answerHandler.settle(entries, answer, pass.number, pass.last);
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
				+ " bytes needs more memory than there is: give the JVM a larger heap (-Xmx), or make the value"
				+ " smaller", cause);
	}

	/**
	 * Reports at once: the next request may fail, and this result does not come again.
	 */
	private UploadReport told(UploadReport result) {
		this.listeners.tell(result);
		return result;
	}

	/**
	 * The application may write at any moment, so whether the server has to be checked
	 * first is decided in the transaction that freezes.
	 */
	private List<OutboxEntry> nextBatch(Pass pass, List<QuarantinedChange> refused) {
		Optional<List<OutboxEntry>> entries = this.database
			.apply(() -> (this.checked || !this.outboxWriter.hasChanges()) ? Optional.of(freeze(pass, refused))
					: Optional.empty());
		return entries.orElseGet(() -> {
			this.check.run();
			this.checked = true;
			return this.database.apply(() -> freeze(pass, refused));
		});
	}

	private List<OutboxEntry> freeze(Pass pass, List<QuarantinedChange> refused) throws SQLException {
		List<OutboxEntry> entries = head();
		if (entries.isEmpty()) {
			refused.addAll(this.outboxWriter.freeze(this.sender.size(), pass.number));
			entries = head();
		}
		if (entries.isEmpty() && this.sender.mayFail()) {
			return this.outbox.suspect(pass.first);
		}
		return entries;
	}

	private List<OutboxEntry> head() throws SQLException {
		BatchSize size = this.sender.size();
		return this.outbox.head(size.count(), size.bytes(), size.isSingle());
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
		this.sender.failedAlone();
		if (entry.failures() + 1 < FAILURES) {
			throw problem;
		}
		logger.warn("A change of {} waits, since each request fails that it is in: {}", entry.table().name(), reason);
		return new UploadReport(0, 0, List.of(), List.of(), List.of(),
				List.of(new WaitingReport(entry.table().name(), entry.pk(), reason)), 0);
	}

	/**
	 * A pass over what is to be sent.
	 *
	 * @param number the number of this pass, which sends each change once
	 * @param first the number of this sync's first pass
	 * @param last whether waiting for other changes of this device has not helped
	 */
	private record Pass(long number, long first, boolean last) {
	}

	/**
	 * A batch that was sent.
	 *
	 * @param result the outcome
	 * @param more whether there may be more to send
	 * @param progress whether sending the rest again may help
	 * @param referenced whether deletes were refused that others may make room for
	 */
	private record Sent(UploadReport result, boolean more, boolean progress, boolean referenced) {
	}

}
