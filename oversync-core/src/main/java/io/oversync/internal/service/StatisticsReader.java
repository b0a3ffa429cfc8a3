/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.function.LongSupplier;

import io.oversync.internal.store.StatisticsStore;
import io.oversync.internal.store.StatisticsStore.Waiting;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.Deadline;

/**
 * Reads numbers about all users. The queue of captured rows has no times: how long rows
 * wait is known from earlier readings.
 */
final class StatisticsReader {

	private static final Duration LONGEST = Duration.ofSeconds(5);

	private final StatisticsStore store;

	private final Transactions transactions;

	private final LongSupplier nanoTime;

	/** The last number in the queue at the time of the mark. */
	private long marked;

	private long markedAt;

	StatisticsReader(StatisticsStore store, Transactions transactions, LongSupplier nanoTime) {
		this.store = store;
		this.transactions = transactions;
		this.nanoTime = nanoTime;
	}

	synchronized EngineStatistics read() {
		return this.transactions.read(Deadline.in(LONGEST), () -> {
			Waiting waiting = this.store.waiting();
			return new EngineStatistics(this.store.countStreams(), this.store.countFailures(), waiting.rows(),
					age(waiting), this.store.sampleLags());
		});
	}

	/**
	 * Counts the streams alone.
	 * @return their number, an estimate where they are many
	 */
	long countStreams() {
		return this.transactions.read(Deadline.in(LONGEST), this.store::countStreams);
	}

	/** A row with the marked number, or an earlier one, has waited since the mark. */
	private Duration age(Waiting waiting) {
		long now = this.nanoTime.getAsLong();
		if (waiting.last() == 0 || waiting.first() > this.marked) {
			this.marked = waiting.last();
			this.markedAt = now;
		}
		return Duration.ofNanos(now - this.markedAt);
	}

}
