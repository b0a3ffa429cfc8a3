/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Clock;
import java.time.Duration;
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
 * runs at a time on a node; the last ones are kept in memory with what came of them. A
 * check says how far it is, can be cancelled, and ends after some time by itself.
 */
public final class OperatorJobs implements DisposableBean {

	/** The kind of a job that compares a table with the streams. */
	static final String CHECK = "check";

	/** The most rows of a check that are kept. */
	static final int MOST_ROWS = 200;

	/** Checks of large tables are for the application: they have no limit there. */
	static final Duration LONGEST_CHECK = Duration.ofHours(2);

	private static final int KEPT = 20;

	private static final Log logger = LogFactory.getLog(OperatorJobs.class);

	private final Deque<Job> jobs = new ArrayDeque<>();

	private final Clock clock;

	private @Nullable Thread worker;

	private @Nullable Run running;

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
	synchronized Job start(Task task, String operator, Function<Run, Object> work) {
		Job last = this.jobs.peekFirst();
		if (last != null && last.state() == State.RUNNING) {
			throw new IllegalStateException("Another job is running on this node; wait until it has ended");
		}
		Job job = new Job(++this.number, task, operator, State.RUNNING, this.clock.instant(), null, null, null,
				List.of(), null, null);
		this.jobs.addFirst(job);
		while (this.jobs.size() > KEPT) {
			this.jobs.removeLast();
		}
		Run run = new Run(job, this.clock);
		this.running = run;
		Thread thread = new Thread(() -> run(run, work), "oversync-console");
		thread.setDaemon(true);
		this.worker = thread;
		thread.start();
		return job;
	}

	private void run(Run run, Function<Run, Object> work) {
		try {
			Object result = work.apply(run);
			end(run.ended(run.state(result), result, null));
		}
		catch (RuntimeException | Error ex) {
			logger.warn("A job of the console failed: " + ConsoleApi.printable(run.job.task().toString()), ex);
			end(run.ended(State.FAILED, null, ex.getMessage()));
		}
	}

	private synchronized void end(Job ended) {
		this.jobs.removeIf((job) -> job.number() == ended.number());
		this.jobs.addFirst(ended);
	}

	/**
	 * Cancels a running check, which ends with its current batch.
	 * @param number its number
	 * @param operator who cancels it
	 * @return whether it is running
	 * @throws IllegalStateException if the running job cannot be cancelled
	 */
	synchronized boolean cancel(long number, String operator) {
		Job last = this.jobs.peekFirst();
		Run current = this.running;
		if (last == null || current == null || last.number() != number || last.state() != State.RUNNING) {
			return false;
		}
		if (!last.task().kind().equals(CHECK)) {
			throw new IllegalStateException("Only checks can be cancelled");
		}
		current.cancel(operator);
		return true;
	}

	/**
	 * Returns the jobs of this node.
	 * @return the last first
	 */
	synchronized List<Job> last() {
		List<Job> last = new ArrayList<>(this.jobs);
		if (this.running != null && last.get(0).state() == State.RUNNING) {
			last.set(0, this.running.now());
		}
		return last;
	}

	@Override
	public synchronized void destroy() {
		if (this.worker != null) {
			this.worker.interrupt();
		}
	}

	/** How a job stands. */
	enum State {

		RUNNING, DONE, FAILED,
		/** An operator, or the end of the node, stopped it. */
		CANCELLED,
		/** It took longer than {@link #LONGEST_CHECK}. */
		OUT_OF_TIME

	}

	/** A job while it runs, for its work. */
	static final class Run {

		private final Job job;

		private final Clock clock;

		/** Used by the thread of the job. */
		private final List<SyncChecks.Row> rows = new ArrayList<>();

		private volatile SyncChecks.@Nullable Progress progress;

		private volatile @Nullable String cancelledBy;

		private boolean late;

		private Run(Job job, Clock clock) {
			this.job = job;
			this.clock = clock;
		}

		void differs(SyncChecks.Row row) {
			if (this.rows.size() < MOST_ROWS) {
				this.rows.add(row);
			}
		}

		boolean goesOn(SyncChecks.Progress reached) {
			this.progress = reached;
			this.late = this.clock.instant().isAfter(this.job.startedAt().plus(LONGEST_CHECK));
			return !this.late && this.cancelledBy == null;
		}

		private void cancel(String operator) {
			if (this.cancelledBy == null) {
				this.cancelledBy = operator;
			}
		}

		private State state(Object result) {
			if (!(result instanceof SyncChecks.Result check) || check.complete()) {
				return State.DONE;
			}
			return (this.late && this.cancelledBy == null) ? State.OUT_OF_TIME : State.CANCELLED;
		}

		private Job now() {
			return with(State.RUNNING, null, null, null, List.of());
		}

		private Job ended(State state, @Nullable Object result, @Nullable String error) {
			return with(state, this.clock.instant(), result, error, List.copyOf(this.rows));
		}

		private Job with(State state, @Nullable Instant endedAt, @Nullable Object result, @Nullable String error,
				List<SyncChecks.Row> differing) {
			return new Job(this.job.number(), this.job.task(), this.job.operator(), state, this.job.startedAt(),
					endedAt, result, error, differing, this.progress, this.cancelledBy);
		}

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
	 * @param progress how far a check is, null before its first batch and for other jobs
	 * @param cancelledBy who cancelled it, null if that was not tried
	 */
	record Job(long number, Task task, String operator, State state, Instant startedAt, @Nullable Instant endedAt,
			@Nullable Object result, @Nullable String error, List<SyncChecks.Row> rows,
			SyncChecks.@Nullable Progress progress, @Nullable String cancelledBy) {
	}

}
