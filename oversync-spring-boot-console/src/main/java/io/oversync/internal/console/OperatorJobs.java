/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

import io.oversync.service.SyncChecks;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * What may take longer than a request: checks, compactions, retries of a whole table. One
 * runs at a time on a node; the last ones are kept in memory with what came of them.
 */
public final class OperatorJobs implements DisposableBean {

	/** The most rows of a check that are kept. */
	static final int MOST_ROWS = 200;

	private static final int KEPT = 20;

	private static final Log logger = LogFactory.getLog(OperatorJobs.class);

	private final Deque<Job> jobs = new ArrayDeque<>();

	private final Clock clock;

	private @Nullable Thread worker;

	private long number;

	/**
	 * Creates it.
	 * @param clock tells when jobs start and end
	 */
	public OperatorJobs(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Starts a job.
	 * @param task what is done
	 * @param operator who starts it
	 * @param work the work
	 * @return the running job
	 * @throws IllegalStateException if another one is running
	 */
	synchronized Job start(Task task, String operator, Function<List<SyncChecks.Row>, Object> work) {
		Job last = this.jobs.peekFirst();
		if (last != null && last.state() == State.RUNNING) {
			throw new IllegalStateException("Another job is running on this node; wait until it has ended");
		}
		Job job = new Job(++this.number, task, operator, State.RUNNING, this.clock.instant(), null, null, null,
				List.of());
		this.jobs.addFirst(job);
		while (this.jobs.size() > KEPT) {
			this.jobs.removeLast();
		}
		Thread thread = new Thread(() -> run(job, work), "oversync-console");
		thread.setDaemon(true);
		this.worker = thread;
		thread.start();
		return job;
	}

	private void run(Job job, Function<List<SyncChecks.Row>, Object> work) {
		List<SyncChecks.Row> rows = new ArrayList<>();
		try {
			Object result = work.apply(rows);
			end(job.ended(State.DONE, this.clock.instant(), result, null, rows));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A job of the console failed: " + ConsoleApi.printable(job.task().toString()), ex);
			end(job.ended(State.FAILED, this.clock.instant(), null, ex.getMessage(), rows));
		}
	}

	private synchronized void end(Job ended) {
		this.jobs.removeIf((job) -> job.number() == ended.number());
		this.jobs.addFirst(ended);
	}

	/**
	 * Returns the jobs of this node.
	 * @return the last first
	 */
	synchronized List<Job> last() {
		return List.copyOf(this.jobs);
	}

	@Override
	public synchronized void destroy() {
		if (this.worker != null) {
			this.worker.interrupt();
		}
	}

	/** How a job stands. */
	enum State {

		RUNNING, DONE, FAILED

	}

	/**
	 * What a job does.
	 *
	 * @param kind check, preview, compact or rematerialize
	 * @param table the table, null for all
	 * @param user the user, null for all
	 * @param percent about how many of the rows are checked
	 */
	record Task(String kind, @Nullable String table, @Nullable String user, int percent) {
	}

	/**
	 * A job.
	 *
	 * @param number its number on this node
	 * @param task what it does
	 * @param operator who started it
	 * @param state how it stands
	 * @param startedAt when it started
	 * @param endedAt when it ended, null while it runs
	 * @param result what came of it, null while it runs or if it failed
	 * @param error why it failed, null if it did not
	 * @param rows the first rows that differ, of a check
	 */
	record Job(long number, Task task, String operator, State state, Instant startedAt, @Nullable Instant endedAt,
			@Nullable Object result, @Nullable String error, List<SyncChecks.Row> rows) {

		Job ended(State how, Instant when, @Nullable Object what, @Nullable String why,
				List<SyncChecks.Row> differing) {
			return new Job(this.number, this.task, this.operator, how, this.startedAt, when, what, why,
					List.copyOf(differing));
		}

	}

}
