/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RoundsTests {

	private final List<String> turns = new ArrayList<>();

	@Test
	void eachLoadIsFirstInTurnAndMeasuredByTheDenominator() throws Exception {
		try (Contest contest = new Contest(List.of(new Entrant("", load("a", 20)), new Entrant("", load("b", 30))),
				load("d", 10))) {
			CpuClock clock = new CpuClock(ProcessHandle.current(), ProcessHandle.current().pid());
			Rounds rounds = Rounds.play(contest, clock, 1, 3, 0.001);
			assertThat(this.turns).containsExactly("a", "b", "d", "a", "b", "d", "b", "d", "a", "d", "a", "b");
			Figure items = new Figure("", "%.0f", (turn) -> turn.perSecond() * turn.seconds(), "≥ 1");
			assertThat(rounds.line("b", contest.entrants().get(1).load(), items)).startsWith("b", "30", "10", "3.00",
					"3.00 to 3.00", "≥ 1");
		}
	}

	private Load<String> load(String name, int items) throws Exception {
		return Load.open(1, 1, (number) -> new NotingClient(name, items));
	}

	/** Sends but once a turn. */
	private final class NotingClient implements Client<String> {

		private final String name;

		private final int items;

		NotingClient(String name, int items) {
			this.name = name;
			this.items = items;
		}

		@Override
		public String prepare() {
			return this.name;
		}

		@Override
		public int send(String request) {
			RoundsTests.this.turns.add(request);
			long end = System.nanoTime() + 2_000_000;
			while (System.nanoTime() < end) {
				Thread.onSpinWait(); // it is a server at work, for longer than a turn
			}
			return this.items;
		}

		@Override
		public void close() {
		}

	}

}
