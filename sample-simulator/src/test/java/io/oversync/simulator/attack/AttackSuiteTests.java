/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All attacks, each for as long as the honest user's 99th percentile needs. For an
 * otherwise idle machine.
 */
@Tag("attacks")
class AttackSuiteTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static Arena arena;

	@BeforeAll
	static void start(@TempDir Path folder) {
		arena = Arena.open(folder);
	}

	@AfterAll
	static void stop() {
		arena.close();
	}

	static Collection<String> attacks() {
		return Attacks.all().stream().map(Attack::name).toList();
	}

	@ParameterizedTest
	@MethodSource("attacks")
	void theHonestUserDoesNotNotice(String attack) {
		AttackEvidence evidence = arena.play(Attacks.named(attack), LONG);
		assertThat(AttackVerdict.on(evidence, AttackBounds.STRICT)).as("%s", evidence.answers()).isEmpty();
	}

}
