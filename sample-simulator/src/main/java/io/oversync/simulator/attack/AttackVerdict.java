/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a server has withstood an attack.
 */
final class AttackVerdict {

	private static final String SERVER_ERROR = "500";

	private static final int SHOWN_DIFFERENCES = 3;

	private final AttackEvidence evidence;

	private final AttackBounds bounds;

	private final List<String> problems = new ArrayList<>();

	private AttackVerdict(AttackEvidence evidence, AttackBounds bounds) {
		this.evidence = evidence;
		this.bounds = bounds;
	}

	/**
	 * Judges an attack.
	 * @param evidence the evidence
	 * @param bounds the allowed effects
	 * @return a sentence for each violation, empty if the server withstood the attack
	 */
	static List<String> on(AttackEvidence evidence, AttackBounds bounds) {
		AttackVerdict verdict = new AttackVerdict(evidence, bounds);
		verdict.judgeServer();
		verdict.judgeCalls();
		verdict.judgeAnswers();
		verdict.judgeRows();
		verdict.judgeLog();
		return List.copyOf(verdict.problems);
	}

	private void judgeServer() {
		if (!this.evidence.alive()) {
			this.problems.add("the server's process has ended");
		}
		if (this.evidence.obstacle() != null) {
			this.problems.add("the attack could not be prepared: " + this.evidence.obstacle());
		}
		if (!this.evidence.alive()) {
			return;
		}
		if (this.evidence.recovery() == null) {
			this.problems.add("the attacker is not served after the attack");
		}
		else if (this.evidence.recovery().compareTo(this.bounds.recovery()) > 0) {
			this.problems
				.add("the attacker is served only " + this.evidence.recovery().toMillis() + " ms after the attack");
		}
		if (this.evidence.busyConnections() > 0) {
			this.problems.add(this.evidence.busyConnections() + " connections to the database are not given back");
		}
	}

	private void judgeCalls() {
		if (this.evidence.obstacle() != null) {
			return;
		}
		CallTimes times = CallTimes.of(this.evidence.calls());
		if (times.count() == 0) {
			this.problems.add("the honest user has made no request");
		}
		if (!times.failures().isEmpty()) {
			this.problems.add("the honest user was refused: status=count " + times.failures()
					+ (times.failures().containsKey(Call.UNANSWERED) ? " (0: no answer)" : ""));
		}
		judge("honest user's p99", times.p99(), this.bounds.p99().toMillis());
		judge("honest user's longest request", times.max(), this.bounds.max().toMillis());
	}

	private void judge(String figure, long millis, long bound) {
		if (millis > bound) {
			this.problems.add("the " + figure + " is " + millis + " ms, above " + bound + " ms");
		}
	}

	/** No request of an attacker may cause an internal error of the server. */
	private void judgeAnswers() {
		judge("attacker's longest request", this.evidence.longestAnswer(), this.bounds.answer().toMillis());
		Long errors = this.evidence.answers().get(SERVER_ERROR);
		if (errors != null) {
			this.problems.add("the attacker has received 500 " + errors + " times: see the server's log");
		}
	}

	private void judgeRows() {
		List<String> differences = this.evidence.differences();
		if (!differences.isEmpty()) {
			this.problems.add(differences.size() + " of the honest user's rows are wrong: "
					+ String.join("; ", differences.subList(0, Math.min(SHOWN_DIFFERENCES, differences.size()))));
		}
	}

	private void judgeLog() {
		long allowed = AttackBounds.LOG_BYTES + AttackBounds.LOG_BYTES_PER_REQUEST * this.evidence.requests();
		if (this.evidence.logBytes() > allowed) {
			this.problems.add("the server has logged " + this.evidence.logBytes() / 1024 + " KB for "
					+ this.evidence.requests() + " requests, more than " + allowed / 1024 + " KB");
		}
	}

}
