package io.oversync.materialize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.oversync.catalog.ForeignKey;
import io.oversync.catalog.RowKey;
import io.oversync.materialize.StepWriter.Attempt;
import io.oversync.protocol.Deadline;
import io.oversync.store.SqlStates;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes the rows of one upload, and finds those that their tables refuse.
 * <ol>
 * <li>All rows are written at once. If that fails, they are halved until the failing ones
 * stand alone.</li>
 * <li>When a unique value is in the way, it may belong to a row of the upload that gives
 * it up: from there on the rows are parked first ({@link Parking}). A row that fails now
 * must not stay parked: all is undone, and done again without it.</li>
 * <li>What failed alone gets a second chance, rows that refer to each other in a circle
 * together: it may have failed for want of another row that came later, or because of one
 * that was to be deleted.</li>
 * </ol>
 */
final class Materialization {

	private static final String BEGIN_ROUND = "SAVEPOINT oversync_round; SET CONSTRAINTS ALL DEFERRED";

	private static final String END_ROUND = "RELEASE SAVEPOINT oversync_round";

	private static final String UNDO_ROUND = "ROLLBACK TO SAVEPOINT oversync_round; RELEASE SAVEPOINT oversync_round";

	/** Each round but the last found rows that fail; a chain of them may be long. */
	private static final int MAX_ROUNDS = 4;

	/** A row may wait for another one that is tried after it. */
	private static final int MAX_CHANCES = 3;

	/** Bounds how long the user's stream is held by statements that come to nothing. */
	private static final long MAX_EXHAUSTED_NANOS = 120_000_000_000L;

	private final StepWriter writer;

	private final Parking parking;

	private final JdbcTemplate jdbc;

	private final Scope scope;

	private final List<Step> steps;

	private final Deadline deadline;

	private Findings findings = new Findings();

	private long exhaustedNanos;

	private @Nullable RuntimeException shortage;

	Materialization(StepWriter writer, Parking parking, JdbcTemplate jdbc, Scope scope, List<Step> steps,
			Deadline deadline) {
		this.writer = writer;
		this.parking = parking;
		this.jdbc = jdbc;
		this.scope = scope;
		this.steps = steps;
		this.deadline = deadline;
	}

	Materializer.Result run() {
		int reached = divide(this.steps, 0, this.steps.size(), true);
		move(this.steps.subList(reached, this.steps.size()), false);
		if (this.steps.size() > 1) {
			giveSecondChances();
			move(this.findings.conflicting(), true);
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

	/**
	 * Writes rows, in parts where it has to be.
	 * @param rows the rows
	 * @param from the first of them
	 * @param to behind the last of them
	 * @param watching whether to stop where a unique value is in the way
	 * @return where it stopped, else the end
	 */
	private int divide(List<Step> rows, int from, int to, boolean watching) {
		if (from == to) {
			return to;
		}
		List<Step> part = rows.subList(from, to);
		RuntimeException error = write(part);
		if (error == null) {
			return to;
		}
		if (watching && rows.size() > 1 && WriteErrors.isConflict(error)) {
			return from;
		}
		if (part.size() == 1) {
			this.findings.fail(part.get(0), error);
			if (SqlStates.isExhaustion(error) && !SqlStates.isCancellation(error)) {
				this.shortage = error;
			}
			return to;
		}
		int half = (from + to) >>> 1;
		int reached = divide(rows, from, half, watching);
		return (reached < half) ? reached : divide(rows, half, to, watching);
	}

	/** Returns why rows could not be written, or null if they were. */
	private @Nullable RuntimeException write(List<Step> rows) {
		this.deadline.check();
		long start = System.nanoTime();
		Attempt attempt = this.writer.attempt(this.scope, rows);
		RuntimeException error = attempt.error();
		if (error == null) {
			this.findings.succeed(rows, attempt.refused());
			return null;
		}
		// a statement that was cancelled at the deadline says nothing about rows
		this.deadline.check();
		if (this.findings.failed.isEmpty()) {
			this.writer.requireDefinitions(rows);
		}
		if (SqlStates.isExhaustion(error)) {
			this.exhaustedNanos += System.nanoTime() - start;
			if (this.exhaustedNanos > MAX_EXHAUSTED_NANOS) {
				throw error;
			}
		}
		return error;
	}

	/**
	 * Writes rows whose unique values may move between them.
	 * @param rows the rows
	 * @param failedBefore whether each of them failed already
	 */
	private void move(List<Step> rows, boolean failedBefore) {
		List<Step> rest = rows;
		for (int round = 0; round < MAX_ROUNDS && rest.size() > 1; round++) {
			this.jdbc.execute(BEGIN_ROUND);
			Set<RowKey> parked = this.parking.park(this.scope, rest);
			if (parked.isEmpty()) {
				this.jdbc.execute(UNDO_ROUND);
				break;
			}
			Findings before = this.findings;
			this.findings = new Findings();
			divide(rest, 0, rest.size(), false);
			giveSecondChances();
			Findings found = this.findings;
			this.findings = before;
			boolean stuck = found.failures.keySet().stream().anyMatch(parked::contains);
			this.jdbc.execute(stuck ? UNDO_ROUND : END_ROUND);
			if (!stuck) {
				before.succeed(rest, List.of());
				before.add(found);
				return;
			}
			before.add(found);
			rest = rest.stream().filter((step) -> !found.failures.containsKey(step.row())).toList();
		}
		if (!failedBefore) {
			divide(rest, 0, rest.size(), false);
		}
	}

	private void giveSecondChances() {
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
		for (List<Step> group : Circles.group(upserts, (step) -> parents(step, byRow))) {
			if (group.size() == 1) {
				divide(group, 0, 1, false);
			}
			else {
				write(group);
			}
		}
		List<Step> deletes = failed.stream().filter((step) -> step.write().isDelete()).toList();
		divide(deletes, 0, deletes.size(), false);
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

	/** The rows that were not written, as far as is known. */
	private static final class Findings {

		private final Map<RowKey, RowFailure> failures = new LinkedHashMap<>();

		/** Of those, the ones that another attempt may write. */
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
