/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All rules.
 */
final class Rules {

	/** A broken server violates them many times over; more reports would not help. */
	private static final int MOST_OF_A_RULE = 3;

	private static final Map<String, Rule> rules = new LinkedHashMap<>();
	static {
		rules.put("an acknowledged change is in the stream exactly once", StreamRules::exactlyOnce);
		rules.put("a change that was not acknowledged as applied reaches no device", StreamRules::noGhosts);
		rules.put("the versions of a row count up by one", StreamRules::versionsCountUp);
		rules.put("the stream keeps the order of acknowledgements", StreamRules::keepsOrder);
		rules.put("each change of an upload is answered", AnswerRules::eachIsAnswered);
		rules.put("a change is applied only to the version that it was made on", AnswerRules::gatesHold);
		rules.put("a conflict shows a state that the row really had", AnswerRules::conflictsAreTrue);
		rules.put("a conflict shows the row as it is after the upload", AnswerRules::conflictsAreUpToDate);
		rules.put("a refused delete brings the row back", RestoreRules::refusedRowsComeBack);
		rules.put("a page that ends before a restored row begins with it", RestoreRules::pagesBeginWithRestores);
		rules.put("a page shows everything up to where it ends", PageRule::pagesAreComplete);
		rules.put("a compacted stream brings each device to the same rows", CompactionRules::eachCursorEndsAlike);
		rules.put("a compacted stream has each parent where the whole one has it", CompactionRules::noneLacksItsParent);
		rules.put("a device that may have missed a delete is sent away", ExpiryRules::missedDeletesAreNoticed);
		rules.put("tombstones wait for devices that were seen lately", ExpiryRules::activeDevicesAreAwaited);
		rules.put("a deleted row comes back only if it is written", ExpiryRules::deletedRowsStayAway);
		rules.put("a revoked device is refused", RevocationRule::areRefused);
		rules.put("no row of another user appears", IsolationRule::noStrangers);
		rules.put("no write of the application is lost", ApplicationRules::noneLost);
		rules.put("no device overwrites unseen what the application wrote", ApplicationRules::noneOverwritten);
		rules.put("what the application wrote comes once and in order", ApplicationRules::inOrder);
		rules.put("what the application rolled back shows nowhere", ApplicationRules::rolledBackIsUnseen);
		rules.put("what the application writes keeps the formats of the row", FormatRule::formatsStay);
		rules.put("in the end nothing is left to do", AgreementRules::queuesDrain);
		rules.put("in the end all devices hold the same rows", AgreementRules::allAgree);
		rules.put("in the end no device finds a row that differs from the server's",
				AgreementRules::verificationsFindNothing);
		rules.put("a row is in its table unless the application has given it away",
				AgreementRules::failuresHaveReasons);
		rules.put("no edit is forgotten", EditRule::nothingForgotten);
	}

	private Rules() {
	}

	/**
	 * Checks all rules.
	 * @param evidence the evidence about a user
	 * @return the violations
	 */
	static List<Violation> check(UserEvidence evidence) {
		History history = new History(evidence);
		List<Violation> violations = new ArrayList<>();
		rules.forEach((name, rule) -> {
			List<String> messages = new ArrayList<>();
			rule.check(history, messages::add);
			messages.stream()
				.limit(MOST_OF_A_RULE)
				.forEach((message) -> violations.add(new Violation(name, evidence.user(), message)));
		});
		return violations;
	}

}
