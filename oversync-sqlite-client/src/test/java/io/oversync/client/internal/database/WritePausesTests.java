/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.database;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Other connections get their turn while much is written.
 */
class WritePausesTests {

	private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

	private final WritePauses turns = new WritePauses();

	private long now = System.nanoTime();

	/** Returns the longest pause and the time that all have taken, in milliseconds. */
	private long[] write(int transactions, long milliseconds, long between) {
		long longest = 0;
		long paused = 0;
		for (int i = 0; i < transactions; i++) {
			long pause = this.turns.pause(this.now);
			longest = Math.max(longest, pause);
			paused += pause;
			this.now += pause + milliseconds * MILLISECOND;
			this.turns.used(this.now);
			this.now += between * MILLISECOND;
		}
		return new long[] { longest / MILLISECOND, paused / MILLISECOND };
	}

	@Test
	void aFewTransactionsNeverPause() {
		assertThat(write(10, 20, 0)[1]).isZero();
	}

	@Test
	void manyInARowPauseAsLongAsAWaitingConnectionSleeps() {
		long[] pauses = write(500, 20, 0);
		assertThat(pauses[0]).isEqualTo(110);
		assertThat(pauses[1]).as("of 10 s").isBetween(800L, 1100L);
	}

	@Test
	void whatLeavesTheDatabaseAloneAnywayDoesNotPause() {
		assertThat(write(100, 50, 150)[1]).isZero();
		assertThat(write(20, 50, 100)[0]).as("the rest of a pause").isLessThanOrEqualTo(10);
	}

}
