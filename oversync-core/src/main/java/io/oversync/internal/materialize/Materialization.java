/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.DependencyOrder;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.materialize.StepWriter.Attempt;
import io.oversync.internal.materialize.Trials.Trial;
import io.oversync.internal.store.SqlStates;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.protocol.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one upload and finds those that their tables refuse.
 * <ol>
 * <li>All rows are written at once. If that fails, they are tried one by one on the side
 * of the database ({@link Trials}). Rows of a handler, and rows that take too long or too
 * much memory together, are halved until the failing ones stand alone.</li>
 * <li>When a unique value is in the way, it may belong to a row of the upload that gives
 * it up: from there on the rows are parked first ({@link MovingRows}).</li>
 * <li>What failed alone gets a second chance, rows that refer to each other in a circle
 * together: it may have failed for want of another row that came later, or because of one
 * that was to be deleted.</li>
 * </ol>
 * All of this ends after half of the request's remaining time. Rows that were not tried
 * by then are recorded as failures, so that the upload is saved all the same.
 */
final class Materialization {

	static final String LEFT_OUT = "Not written yet: the time for the upload was up before this row was tried. It is"
			+ " written with its next change, or when failed rows are written again";

	/** A row may wait for another one that is tried after it. */
	private static final int MAX_CHANCES = 3;

	/** An attempt is one statement that blocks the others. */
	private static final long TRIAL_MILLIS = 500;

	private final StepWriter writer;

	private final Owner owner;

	private final List<Step> steps;

	private final MovingRows movingRows;

	private final Deadline deadline;

	/** The time at which failing rows are no longer tried. */
	private Deadline patience;

	private boolean trying = true;

	private Findings findings = new Findings();

	private @Nullable RuntimeException shortage;

	/**
	 * Prepares to write rows.
	 * @param writer writes them
	 * @param movingRows writes those whose unique values move
	 * @param owner the owner
	 * @param steps the rows, each once
	 * @param deadline when it must be done
	 */
	Materialization(StepWriter writer, MovingRows movingRows, Owner owner, List<Step> steps, Deadline deadline) {
		this.writer = writer;
		this.owner = owner;
		this.steps = steps;
		this.movingRows = movingRows;
		this.deadline = deadline;
		this.patience = deadline;
	}

	Materializer.Result run() {
		writeAll();
		if (this.steps.size() > 1) {
			giveSecondChances();
			this.movingRows.write(this, this.findings.conflicting(), true);
		}
		Set<RowKey> written = new HashSet<>();
		this.steps.forEach((step) -> written.add(step.row()));
		written.removeAll(this.findings.failures.keySet());
		if (this.shortage != null && written.isEmpty()) {
			// no row is at fault when none can be written
			throw this.shortage;
		}
		return new Materializer.Result(written, List.copyOf(this.findings.failures.values()));
	}

	private void writeAll() {
		RuntimeException error = attempt(this.steps);
		if (error == null) {
			return;
		}
		this.patience = Deadline.in(this.deadline.left().dividedBy(2));
		this.writer.requireDefinitions(this.steps);
		List<Step> rows = this.steps.stream().filter((step) -> step.error() == null).toList();
		this.steps.forEach(this.findings::refuse);
		int reached = narrow(rows, 0, rows.size(), rows.size() > 1, error);
		this.movingRows.write(this, rows.subList(reached, rows.size()), false);
	}

	Owner owner() {
		return this.owner;
	}

	Findings findings() {
		return this.findings;
	}

	/**
	 * Returns whether rows that fail have taken so long that no more are tried.
	 */
	boolean isOver() {
		return this.patience.isOver();
	}

	/**
	 * Does work that may be undone.
	 * @param work the work
	 * @return its provisional findings
	 */
	Findings apart(Runnable work) {
		Findings before = this.findings;
		this.findings = new Findings();
		work.run();
		Findings found = this.findings;
		this.findings = before;
		return found;
	}

	/**
	 * Writes rows, in parts where necessary.
	 * @param rows the rows
	 * @param watching whether to stop where a unique value is in the way
	 * @return the number of rows that were done: all, unless it stopped
	 */
	int write(List<Step> rows, boolean watching) {
		return divide(rows, 0, rows.size(), watching && rows.size() > 1);
	}

	private int divide(List<Step> rows, int from, int to, boolean watching) {
		if (from == to) {
			return to;
		}
		List<Step> part = rows.subList(from, to);
		if (this.patience.isOver()) {
			part.forEach((step) -> this.findings.leave(step));
			return to;
		}
		RuntimeException error = attempt(part);
		return (error != null) ? narrow(rows, from, to, watching, error) : to;
	}

	/** Continues where rows could not be written together. */
	private int narrow(List<Step> rows, int from, int to, boolean watching, RuntimeException error) {
		if (watching && WriteErrors.isConflict(error)) {
			return from;
		}
		if (to - from == 1) {
			fail(rows.get(from), error);
			return to;
		}
		return SqlStates.isExhaustion(error) ? halve(rows, from, to, watching) : isolate(rows, from, to, watching);
	}

	private int halve(List<Step> rows, int from, int to, boolean watching) {
		int half = (from + to) >>> 1;
		int reached = divide(rows, from, half, watching);
		return (reached < half) ? reached : divide(rows, half, to, watching);
	}

	/** Finds the rows of a part that fail, one by one. */
	private int isolate(List<Step> rows, int from, int to, boolean watching) {
		int at = from;
		while (at < to) {
			boolean alone = this.trying && rows.get(at).handler() == null;
			int end = at + 1;
			while (end < to && (this.trying && rows.get(end).handler() == null) == alone) {
				end++;
			}
			int reached = alone ? tryEach(rows, at, end, watching)
					: (at == from && end == to) ? halve(rows, at, end, watching) : divide(rows, at, end, watching);
			if (reached < end) {
				return reached;
			}
			at = end;
		}
		return to;
	}

	private int tryEach(List<Step> rows, int from, int to, boolean watching) {
		int at = from;
		while (to - at > 1 && !this.patience.isOver()) {
			List<Step> rest = rows.subList(at, to);
			long millis = Math.min(TRIAL_MILLIS, this.patience.left().toMillis() + 1);
			Attempt attempt = this.writer.tryEach(this.owner, rest, watching, millis);
			Trial trial = attempt.trial();
			if (trial == null) {
				this.trying &= attempt.error() == null || SqlStates.isExhaustion(attempt.error());
				return halve(rows, at, to, watching);
			}
			List<Step> tried = rest.subList(0, trial.reached());
			this.findings.succeed(tried, List.of());
			trial.failed().forEach(this::fail);
			divide(trial.unclear(), 0, trial.unclear().size(), false);
			at += trial.reached();
			if (trial.conflict()) {
				return at;
			}
		}
		return divide(rows, at, to, watching);
	}

	private void fail(Step step, RuntimeException error) {
		this.findings.fail(step, error);
		if (SqlStates.isExhaustion(error) && !SqlStates.isCancellation(error)) {
			this.shortage = error;
		}
	}

	/** Returns why rows could not be written, or null if they were. */
	private @Nullable RuntimeException attempt(List<Step> rows) {
		this.deadline.check();
		// one attempt must not take the time for all others
		Attempt attempt = this.writer.attempt(this.owner, rows, Deadline.in(this.patience.left().dividedBy(2)));
		if (attempt.error() == null) {
			this.findings.succeed(rows, attempt.refused());
			return null;
		}
		// what was cancelled at the deadline says nothing about rows
		this.deadline.check();
		return attempt.error();
	}

	/**
	 * Tries failed rows again, as long as that helps.
	 */
	void giveSecondChances() {
		for (int chance = 0; chance < MAX_CHANCES; chance++) {
			List<Step> failed = this.findings.failed();
			tryAgain(failed);
			int left = this.findings.failed().size();
			if (left == 0 || left == failed.size()) {
				return;
			}
		}
	}

	private void tryAgain(List<Step> failed) {
		List<Step> upserts = failed.stream().filter((step) -> !step.write().isDelete()).toList();
		Map<RowKey, Step> byRow = new HashMap<>();
		upserts.forEach((step) -> byRow.put(step.row(), step));
		List<Step> alone = new ArrayList<>();
		for (List<Step> group : DependencyOrder.group(upserts, (step) -> parents(step, byRow))) {
			if (group.size() == 1) {
				alone.addAll(group);
				continue;
			}
			tryAlone(alone);
			alone.clear();
			if (!this.patience.isOver()) {
				attempt(group);
			}
		}
		tryAlone(alone);
		tryAlone(failed.stream().filter((step) -> step.write().isDelete()).toList());
	}

	/** Tries rows that failed alone before. */
	private void tryAlone(List<Step> rows) {
		if (!rows.isEmpty() && !this.patience.isOver()) {
			isolate(rows, 0, rows.size(), false);
		}
	}

	private static List<Step> parents(Step step, Map<RowKey, Step> byRow) {
		List<Step> parents = new ArrayList<>();
		if (step.values() == null) {
			return parents;
		}
		for (ForeignKey foreignKey : step.table().references()) {
			String key = step.values().get(foreignKey.column());
			Step parent = (key != null) ? byRow.get(new RowKey(foreignKey.parent(), UUID.fromString(key))) : null;
			if (parent != null && parent != step) {
				parents.add(parent);
			}
		}
		return parents;
	}

	/** The rows known not to be written. */
	static final class Findings {

		private final Map<RowKey, RowFailure> failures = new LinkedHashMap<>();

		/** Those of them that another attempt may write. */
		private final Map<RowKey, Step> failed = new LinkedHashMap<>();

		private final Set<RowKey> conflicts = new HashSet<>();

		void succeed(List<Step> rows, List<RowFailure> refused) {
			for (Step step : rows) {
				this.failures.remove(step.row());
				this.failed.remove(step.row());
				this.conflicts.remove(step.row());
			}
			refused.forEach((failure) -> this.failures.put(failure.write().row(), failure));
		}

		void fail(Step step, RuntimeException error) {
			RowKey row = step.row();
			this.failures.put(row, new RowFailure(step.write(), FailureMessages.describe(error)));
			if (SqlStates.isCancellation(error)) {
				this.failed.remove(row);
			}
			else {
				this.failed.put(row, step);
			}
			if (WriteErrors.isConflict(error)) {
				this.conflicts.add(row);
			}
			else {
				this.conflicts.remove(row);
			}
		}

		/** Notes a row whose values could not be converted. */
		void refuse(Step step) {
			if (step.error() != null) {
				this.failures.put(step.row(), new RowFailure(step.write(), step.error()));
			}
		}

		/** Notes a row that was not tried, if nothing else is known of it. */
		void leave(Step step) {
			this.failures.putIfAbsent(step.row(), new RowFailure(step.write(), LEFT_OUT));
		}

		boolean hasFailed(Step step) {
			return this.failures.containsKey(step.row());
		}

		void add(Findings others) {
			this.failures.putAll(others.failures);
			this.failed.putAll(others.failed);
			this.conflicts.addAll(others.conflicts);
		}

		List<Step> failed() {
			return List.copyOf(this.failed.values());
		}

		List<Step> conflicting() {
			return this.failed.values().stream().filter((step) -> this.conflicts.contains(step.row())).toList();
		}

	}

}
