package io.oversync.client;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import io.oversync.client.protocol.ChangeAnswer;
import io.oversync.client.protocol.UploadAnswer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends local changes: freeze, send, settle. Only the first and the last are
 * transactions; between them nothing is locked, and a crash at any point leaves the
 * outbox to be sent again.
 */
final class Uploader {

	private static final Logger logger = LoggerFactory.getLogger(Uploader.class);

	private static final int BAD_REQUEST = 400;

	private static final int TOO_LARGE = 413;

	private static final String BATCH_TOO_LARGE = "batch_too_large";

	/** A sync that makes so many passes has met something that changes all the time. */
	private static final int MAX_PASSES = 20;

	private final Database database;

	private final SyncServer server;

	private final Outbox outbox;

	private final Freezer freezer;

	private final Settlement settlement;

	private final ServerRows serverRows;

	private final StreamWatch watch;

	private final OwnChanges ownChanges;

	private final PendingChanges pending;

	private final BatchSize size;

	private final Listeners listeners;

	private final Clock clock;

	Uploader(Database database, SyncServer server, Outbox outbox, Freezer freezer, Settlement settlement,
			ServerRows serverRows, StreamWatch watch, OwnChanges ownChanges, PendingChanges pending, BatchSize size,
			Listeners listeners, Clock clock) {
		this.database = database;
		this.server = server;
		this.outbox = outbox;
		this.freezer = freezer;
		this.settlement = settlement;
		this.serverRows = serverRows;
		this.watch = watch;
		this.ownChanges = ownChanges;
		this.pending = pending;
		this.size = size;
		this.listeners = listeners;
		this.clock = clock;
	}

	/** Sends one batch. */
	UploadResult once() {
		return once(nextPass(), false).result.withPending(pending());
	}

	/** Sends everything, and once more what was not taken as long as that may help. */
	UploadResult drain() {
		UploadResult total = UploadResult.none(0);
		boolean last = false;
		for (int i = 0; i < MAX_PASSES; i++) {
			long pass = nextPass();
			boolean progress = false;
			boolean referenced = false;
			Sent sent;
			do {
				sent = once(pass, last);
				progress |= sent.progress;
				referenced |= sent.referenced;
				total = total.plus(sent.result);
			}
			while (sent.result.uploaded() > 0);
			// not after each batch: it counts all that is left
			total = total.withPending(pending());
			if (total.pending() == 0 || (!progress && !referenced)) {
				break;
			}
			last = !progress;
		}
		return total;
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

	private Sent once(long pass, boolean last) {
		UploadResult result = UploadResult.none(0);
		while (true) {
			List<QuarantinedChange> refused = new ArrayList<>();
			List<OutboxEntry> entries = this.database.apply(() -> nextBatch(pass, refused));
			result = result.plus(told(new UploadResult(0, 0, List.of(), refused, List.of(), List.of(), 0)));
			UploadAnswer answer = entries.isEmpty() ? new UploadAnswer(0, List.of()) : send(entries);
			if (answer != null) {
				this.watch.verify(entries, answer);
				Settlement.Settled settled = settle(entries, answer, pass, last);
				result = result.plus(told(settled.toResult(entries.size())));
				return new Sent(result, settled.progress(), settled.referenced());
			}
		}
	}

	/** Tells now: what comes next may fail, and this is not seen again. */
	private UploadResult told(UploadResult result) {
		this.listeners.tell(result);
		return result;
	}

	private List<OutboxEntry> nextBatch(long pass, List<QuarantinedChange> refused) throws SQLException {
		if (this.outbox.isEmpty()) {
			refused.addAll(this.freezer.freeze(this.size, pass));
			this.serverRows.releaseHeld();
		}
		return this.outbox.head(this.size.count(), this.size.bytes());
	}

	/** Returns the answers, or null if less must be sent. */
	private @Nullable UploadAnswer send(List<OutboxEntry> entries) {
		long seen = this.database.read(() -> this.database.number("SELECT cursor FROM _sync_state"));
		try {
			UploadAnswer answer = this.server.upload(seen, entries.stream().map(OutboxEntry::toChange).toList());
			if (entries.size() > 1
					&& answer.changes().stream().allMatch((change) -> BATCH_TOO_LARGE.equals(change.reason()))) {
				shrink(entries, BATCH_TOO_LARGE);
				return null;
			}
			this.size.grow();
			return answer;
		}
		catch (NetworkException ex) {
			// perhaps it took too long
			this.size.shrink(entries.size(), bytes(entries));
			throw ex;
		}
		catch (ServerException ex) {
			if (ex.status() != TOO_LARGE && ex.status() != BAD_REQUEST) {
				throw ex;
			}
			if (entries.size() > 1) {
				shrink(entries, ex.getMessage());
				return null;
			}
			return new UploadAnswer(0,
					List.of((ex.status() == TOO_LARGE)
							? new ChangeAnswer("invalid", 0, null, ex.getMessage(), "request_too_large", List.of(),
									null)
							: new ChangeAnswer("refused", 0, null, ex.getMessage(), null, List.of(), null)));
		}
	}

	private void shrink(List<OutboxEntry> entries, @Nullable String why) {
		this.size.shrink(entries.size(), bytes(entries));
		logger.info("An upload of {} changes was too much, sending {} at a time: {}", entries.size(), this.size.count(),
				why);
	}

	private static long bytes(List<OutboxEntry> entries) {
		return entries.stream().mapToLong(OutboxEntry::bytes).sum();
	}

	private Settlement.Settled settle(List<OutboxEntry> entries, UploadAnswer answer, long pass, boolean last) {
		if (entries.isEmpty()) {
			return new Settlement.Settled();
		}
		return this.database.apply(() -> {
			Settlement.Settled settled = this.settlement.settle(entries, answer.changes(), pass, last);
			this.database.update("UPDATE _sync_state SET last_upload = ?", this.clock.millis());
			this.watch.note(answer);
			this.ownChanges.confirmed(settled.appended());
			// the window of an interrupted hydration ends before what was settled now
			Hydrator.abandon(this.database, "hydrate_until IS NOT NULL");
			return settled;
		});
	}

	/**
	 * A batch that was sent.
	 *
	 * @param result what became of it
	 * @param progress whether sending the rest again may help
	 * @param referenced whether deletes were refused that others may make room for
	 */
	private record Sent(UploadResult result, boolean progress, boolean referenced) {
	}

}
