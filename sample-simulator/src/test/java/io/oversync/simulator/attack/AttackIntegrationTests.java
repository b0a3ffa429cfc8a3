/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One attack of each kind, for some seconds, on a server in 256 MB: it survives, and the
 * honest user is neither refused nor starved. {@link AttackSuiteTests} runs all attacks
 * and checks the promised times.
 */
@Tag("prove")
class AttackIntegrationTests {

	private static final Duration SHORT = Duration.ofSeconds(4);

	private static Arena arena;

	@BeforeAll
	static void start(@TempDir Path folder) {
		arena = Arena.open(folder);
	}

	@AfterAll
	static void stop() {
		arena.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "slow-readers", "never-readers", "stalled-bodies", "dripping-bodies", "abandoned-uploads",
			"unread-bodies", "dripping-sign-ins", "dripping-bodies-of-many-users", "large-forms", "kept-connections",
			"crowd-behind-slow-upload", "locked-row", "first-uploads", "refused-requests", "empty-changes-8mb",
			"gzip-bombs", "huge-numbers", "huge-number-arrays", "stale-changes-of-a-large-row", "one-id-one-row",
			"one-row-deleted", "refused-rows" })
	void theHonestUserIsServed(String attack) {
		AttackEvidence evidence = arena.play(Attacks.named(attack), SHORT);
		assertThat(AttackVerdict.on(evidence, AttackBounds.STARVATION)).as("%s", evidence.answers()).isEmpty();
	}

}
