/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LoadTests {

	@Test
	void endsWhenTheTimeIsOver() throws Exception {
		try (Load load = Load.open(2, 10_000, (number) -> client(10))) {
			load.prepare(0.1);
			long start = System.nanoTime();
			Load.Throughput turn = load.run(0.1);
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000);
			assertThat(turn.items()).isEqualTo(10L * turn.nanos().getTotalCount());
			assertThat(turn.millis(50)).isBetween(1.0, turn.millis(100));
		}
	}

	@Test
	void addsUpTheRatesOfItsClients() {
		Load.Throughput turn = new Load.Throughput(10, 5, 2, new Histogram(3))
			.plus(new Load.Throughput(20, 40, 0.5, new Histogram(3)));
		assertThat(turn.items()).isEqualTo(30);
		assertThat(turn.perSecond()).isEqualTo(45);
		assertThat(turn.seconds()).isEqualTo(2);
	}

	@Test
	void endsWhenNothingIsLeftAndMakesMoreReadyForTheNextTurn() throws Exception {
		try (Load load = Load.open(1, 1, (number) -> client(1))) {
			load.prepare(1);
			assertThat(load.run(60).items()).isEqualTo(1);
			load.prepare(1);
			assertThat(load.run(0.1).items()).isGreaterThan(1);
		}
	}

	@Test
	void failsWithAClient() throws Exception {
		try (Load load = Load.open(2, 10, (number) -> client((number == 1) ? 1 : -1))) {
			load.prepare(1);
			assertThatIllegalStateException().isThrownBy(() -> load.run(60)).withStackTraceContaining("refused");
		}
	}

	private static Client client(int items) {
		return new Client(() -> () -> {
			if (items < 0) {
				throw new IllegalStateException("refused");
			}
			work(1_000_000);
			return items;
		});
	}

	static void work(long nanos) {
		long end = System.nanoTime() + nanos;
		while (System.nanoTime() < end) {
			Thread.onSpinWait(); // a server at work
		}
	}

}
