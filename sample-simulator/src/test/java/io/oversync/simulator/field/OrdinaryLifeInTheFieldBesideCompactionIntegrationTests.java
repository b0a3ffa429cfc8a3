/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import io.oversync.verification.server.CompactionBeside;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The same devices while their streams are compacted all the time.
 */
@Tag("prove")
class OrdinaryLifeInTheFieldBesideCompactionIntegrationTests extends OrdinaryLifeInTheFieldIntegrationTests {

	private static CompactionBeside compaction;

	@BeforeAll
	static void compact() {
		compaction = CompactionBeside.start(server);
	}

	@AfterAll
	static void stopCompacting() {
		compaction.close();
	}

}
