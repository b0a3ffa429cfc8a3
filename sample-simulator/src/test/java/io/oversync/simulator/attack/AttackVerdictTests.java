/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every effect of an attack on a server is detected.
 */
class AttackVerdictTests {

	private static final Duration SOON = Duration.ofMillis(50);

	private final List<Call> calls = new ArrayList<>();

	AttackVerdictTests() {
		for (int i = 0; i < 100; i++) {
			this.calls.add(new Call(Call.Kind.POLL, 10 + i, 200));
		}
	}

	@Test
	void aServerThatServesBothUsersHasWithstood() {
		assertThat(judge(evidence())).isEmpty();
	}

	@Test
	void aRefusedHonestUserIsSeen() {
		this.calls.set(7, new Call(Call.Kind.UPLOAD_1, 10, 503));
		assertThat(judge(evidence())).containsExactly("the honest user was refused: status=count {503=1}");
	}

	@Test
	void anUnansweredHonestUserIsSeen() {
		this.calls.set(7, new Call(Call.Kind.DOWNLOAD, 10, Call.UNANSWERED));
		assertThat(judge(evidence())).singleElement().asString().contains("{0=1} (0: no answer)");
	}

	@Test
	void twoSlowRequestsOfAHundredAreSeen() {
		this.calls.set(0, new Call(Call.Kind.UPLOAD_50, 1001, 200));
		assertThat(judge(evidence())).isEmpty();
		this.calls.set(1, new Call(Call.Kind.UPLOAD_50, 1001, 200));
		assertThat(judge(evidence())).containsExactly("the honest user's p99 is 1001 ms, above 1000 ms");
	}

	@Test
	void oneVerySlowRequestIsSeen() {
		this.calls.set(0, new Call(Call.Kind.UPLOAD_1, 5001, 200));
		assertThat(judge(evidence())).containsExactly("the honest user's longest request is 5001 ms, above 5000 ms");
	}

	@Test
	void aBusyMachineIsNoStarvation() {
		this.calls.replaceAll((call) -> new Call(call.kind(), 3000, 200));
		assertThat(judge(evidence())).hasSize(1);
		assertThat(AttackVerdict.on(evidence(), AttackBounds.STARVATION)).isEmpty();
	}

	@Test
	void anHonestUserWithoutRequestsProvesNothing() {
		this.calls.clear();
		assertThat(judge(evidence())).containsExactly("the honest user has made no request");
	}

	@Test
	void lostRowsAreSeenAndTheFirstAreShown() {
		AttackEvidence seen = evidence();
		assertThat(judge(
				new AttackEvidence(null, this.calls, List.of("a", "b", "c", "d"), true, SOON, 0, seen.answers(), 5, 0)))
			.containsExactly("4 of the honest user's rows are wrong: a; b; c");
	}

	@Test
	void aDeadServerIsSeenAndNotBlamedForItsSilence() {
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), false, null, 0, Map.of(), 5, 0)))
			.containsExactly("the server's process has ended");
	}

	@Test
	void anAttackThatCouldNotBePreparedProvesNothing() {
		assertThat(judge(new AttackEvidence("no answer", List.of(), List.of(), true, SOON, 0, Map.of(), 5, 0)))
			.containsExactly("the attack could not be prepared: no answer");
	}

	@Test
	void permitsThatDoNotComeBackAreSeen() {
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), true, null, 0, Map.of(), 5, 0)))
			.containsExactly("the attacker is not served after the attack");
		assertThat(
				judge(new AttackEvidence(null, this.calls, List.of(), true, Duration.ofSeconds(11), 0, Map.of(), 5, 0)))
			.containsExactly("the attacker is served only 11000 ms after the attack");
	}

	@Test
	void connectionsThatDoNotComeBackAreSeen() {
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), true, SOON, 2, Map.of(), 5, 0)))
			.containsExactly("2 connections to the database are not given back");
	}

	@Test
	void aRequestWithoutDeadlineIsSeen() {
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), true, SOON, 0, Map.of(), 12_001, 0)))
			.containsExactly("the attacker's longest request is 12001 ms, above 12000 ms");
	}

	@Test
	void errorsOfTheServerAreSeen() {
		assertThat(judge(
				new AttackEvidence(null, this.calls, List.of(), true, SOON, 0, Map.of("500", 2L, "503", 9L), 5, 0)))
			.containsExactly("the attacker has received 500 2 times: see the server's log");
	}

	@Test
	void aLogThatFillsTheDiskIsSeen() {
		Map<String, Long> answers = Map.of("400", 900L, "broken", 100L);
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), true, SOON, 0, answers, 5,
				(1000 + 64) * SamplePayloads.KILOBYTE)))
			.isEmpty();
		assertThat(judge(new AttackEvidence(null, this.calls, List.of(), true, SOON, 0, answers, 5,
				(1000 + 65) * SamplePayloads.KILOBYTE)))
			.containsExactly("the server has logged 1065 KB for 1000 requests, more than 1064 KB");
	}

	private AttackEvidence evidence() {
		return new AttackEvidence(null, this.calls, List.of(), true, SOON, 0, Map.of("200", 10L), 5, 0);
	}

	private static List<String> judge(AttackEvidence evidence) {
		return AttackVerdict.on(evidence, AttackBounds.STRICT);
	}

}
