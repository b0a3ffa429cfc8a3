/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LoadTests {

	@Test
	void endsWhenTheTimeIsOver() throws Exception {
		try (Load<Integer> load = Load.open(2, 10_000, (number) -> new TestClient(10))) {
			load.prepare(0.1);
			long start = System.nanoTime();
			List<Lane.Stint> stints = load.run(0.1);
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000);
			assertThat(stints).hasSize(2)
				.allSatisfy((stint) -> assertThat(stint.items()).isEqualTo(10L * stint.millis().length));
		}
	}

	@Test
	void endsWhenNothingIsLeftAndMakesMoreReadyForTheNextTurn() throws Exception {
		try (Load<Integer> load = Load.open(1, 1, (number) -> new TestClient(1))) {
			load.prepare(1);
			assertThat(load.run(60).get(0).items()).isEqualTo(1);
			load.prepare(1);
			assertThat(load.run(0.1).get(0).items()).isGreaterThan(1);
		}
	}

	@Test
	void failsWithAClient() throws Exception {
		try (Load<Integer> load = Load.open(2, 10, (number) -> new TestClient((number == 1) ? 1 : -1))) {
			load.prepare(1);
			assertThatIllegalStateException().isThrownBy(() -> load.run(60)).withStackTraceContaining("refused");
		}
	}

	private record TestClient(int items) implements Client<Integer> {

		@Override
		public Integer prepare() {
			return this.items;
		}

		@Override
		public int send(Integer request) {
			if (request < 0) {
				throw new IllegalStateException("refused");
			}
			long end = System.nanoTime() + 1_000_000;
			while (System.nanoTime() < end) {
				Thread.onSpinWait(); // it is a server at work
			}
			return request;
		}

		@Override
		public void close() {
		}

	}

}
