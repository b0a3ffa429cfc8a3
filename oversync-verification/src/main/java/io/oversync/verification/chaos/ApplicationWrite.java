/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the application did to a row. The writes of a row are known in the order of their
 * commits, since each holds the row until its transaction ends.
 *
 * @param row table and key
 * @param formerOwner the user that had the row before, null if it is new
 * @param owner the user that has the row afterwards, null if it was deleted
 * @param label the new value of its label, different for each write; null if it was
 * deleted
 * @param columns the columns that were written; empty for all
 * @param outcome the outcome of its transaction
 * @param started the beginning of the commit, in {@link System#nanoTime}
 * @param ended the end of the commit
 */
record ApplicationWrite(String row, @Nullable String formerOwner, @Nullable String owner, @Nullable String label,
		Set<String> columns, Outcome outcome, long started, long ended) {

	/**
	 * The outcomes of a transaction.
	 */
	enum Outcome {

		COMMITTED, ROLLED_BACK,

		/** The answer to the commit was lost, or the server's database was restored. */
		UNKNOWN

	}

	boolean committed() {
		return this.outcome == Outcome.COMMITTED;
	}

	boolean rolledBack() {
		return this.outcome == Outcome.ROLLED_BACK;
	}

	/** Returns whether the user has the row afterwards. */
	boolean gives(String user) {
		return user.equals(this.owner);
	}

	/** Returns whether the user had the row before, and has it no more. */
	boolean takes(String user) {
		return user.equals(this.formerOwner) && !user.equals(this.owner);
	}

	/** Returns the write with an outcome that is not known. */
	ApplicationWrite doubtful() {
		return rolledBack() ? this : new ApplicationWrite(this.row, this.formerOwner, this.owner, this.label,
				this.columns, Outcome.UNKNOWN, this.started, this.ended);
	}

}
