/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.util.List;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.protocol.ChangeAnswer;
import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.OutboxEntry;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.transport.SyncServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one batch, and halves the next one when a request fails as a whole.
 */
public final class BatchSender {

	private static final Logger logger = LoggerFactory.getLogger(BatchSender.class);

	private static final int UNAUTHORIZED = 401;

	private static final int BAD_REQUEST = 400;

	private static final int TOO_LARGE = 413;

	private static final String BATCH_TOO_LARGE = "batch_too_large";

	/** The number of consecutive changes that fail alone after which a sync stops. */
	private static final int MAX_FAILURES_IN_A_ROW = 2;

	private final Database database;

	private final SyncState state;

	private final SyncServer server;

	private final BatchSize size;

	/** Whether a request has failed as a whole since everything was last sent. */
	private boolean failing;

	/** Changes that have failed alone since the last success. */
	private int failuresInARow;

	public BatchSender(ClientStore store, SyncServer server, BatchSize size) {
		this.database = store.database();
		this.state = store.state();
		this.server = server;
		this.size = size;
	}

	BatchSize size() {
		return this.size;
	}

	/** Begins a call of the client. */
	void begin() {
		this.failuresInARow = 0;
	}

	/** Ends a call in which everything was sent. */
	void end() {
		this.failing = false;
	}

	/** Notes that a change has failed alone. */
	void failedAlone() {
		this.size.growFast();
		this.failuresInARow++;
	}

	/** Returns whether another change that has failed alone may be sent in this call. */
	boolean mayFail() {
		return this.failuresInARow < MAX_FAILURES_IN_A_ROW;
	}

	/** Returns the answers, or null if less must be sent. */
	@Nullable AnsweredUpload send(List<OutboxEntry> entries) {
		long seen = this.database.read(this.state::cursor);
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

	private void shrink(List<OutboxEntry> entries, @Nullable String why) {
		this.size.shrink(entries.size(), bytes(entries));
		logger.info("An upload of {} changes was too much, sending {} at a time: {}", entries.size(), this.size.count(),
				why);
	}

	private static long bytes(List<OutboxEntry> entries) {
		return entries.stream().mapToLong(OutboxEntry::bytes).sum();
	}

}
