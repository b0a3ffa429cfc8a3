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

	/** Between the attempts of a waiting connection, in milliseconds; then 100. */
	private static final int[] SQLITE_SLEEPS = { 1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50 };

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
			long start = this.now + pause;
			this.now = start + milliseconds * MILLISECOND;
			this.turns.used(start, this.now);
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

	@Test
	void shortTransactionsOfWhatArrivesLiveDoNotPause() {
		assertThat(write(500, 3, 7)[1]).isZero();
		assertThat(write(500, 8, 4)[0]).as("two thirds of the time").isGreaterThan(100);
	}

	/**
	 * Whatever the rhythm of the transactions, a connection that begins to wait at any
	 * moment has its turn long before a busy timeout of some seconds is over.
	 */
	@Test
	void aWaitingConnectionHasItsTurnInEachRhythm() {
		for (int use = 1; use <= 120; use += (use < 30) ? 1 : 7) {
			for (int between = 0; between <= 120; between += (between < 30) ? 1 : 7) {
				assertThat(longestWait(use, between)).as("%d ms of use, %d ms between", use, between).isLessThan(2500);
			}
		}
	}

	/** Returns how long those that begin to wait at any time wait at most. */
	private static int longestWait(int use, int between) {
		boolean[] used = new boolean[8000];
		WritePauses turns = new WritePauses();
		long base = System.nanoTime();
		int time = 0;
		while (time < used.length) {
			time += (int) ((turns.pause(base + time * MILLISECOND) + MILLISECOND - 1) / MILLISECOND);
			int start = time;
			for (int i = 0; i < use && time < used.length; i++) {
				used[time++] = true;
			}
			turns.used(base + start * MILLISECOND, base + time * MILLISECOND);
			time += between;
		}
		int longest = 0;
		for (int begin = 0; begin < used.length / 2; begin += 3) {
			int now = begin;
			for (int attempt = 0; now < used.length && used[now]; attempt++) {
				now += (attempt < SQLITE_SLEEPS.length) ? SQLITE_SLEEPS[attempt] : 100;
			}
			longest = Math.max(longest, now - begin);
		}
		return longest;
	}

}
