/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

/**
 * How long it takes to learn that nothing is new.
 */
final class PollMeasures {

	private static final String BUSY = "busy-";

	private static final int MANY = 200_000;

	private static final String QUIET = "quiet-";

	private static final int FEW = 20;

	/** A device without changes of its own. */
	private static final String TABLET = "tablet";

	/** What the first turn is prepared for; the next ones go by what was needed. */
	private static final double FIRST_REQUESTS_PER_SECOND = 10_000;

	private PollMeasures() {
	}

	static List<Measure> all() {
		return List.of(new Measure("poll-empty", List.of(Figure.latency(50, "≤ 1.5")), (stage) -> {
			histories().write(stage);
			return new Contest(poll(stage, BUSY, TABLET, MANY), nothing(stage));
		}), new Measure("poll-own", List.of(Figure.latency(50, "≤ 1.3")), (stage) -> {
			histories().write(stage);
			return new Contest(poll(stage, BUSY, History.DEVICE, MANY), poll(stage, QUIET, TABLET, FEW));
		}), new Measure("poll-own-first", List.of(Figure.latency(50, "-")), (stage) -> {
			histories().write(stage);
			return new Contest(poll(stage, BUSY, History.DEVICE, 0), poll(stage, QUIET, TABLET, FEW));
		}));
	}

	private static History histories() {
		return new History().add(BUSY, 1, MANY).add(QUIET, 1, FEW);
	}

	private static Load<byte[]> poll(Stage stage, String user, String device, long after) throws Exception {
		return Load.open(1, FIRST_REQUESTS_PER_SECOND, (number) -> new PollClient(stage.http(),
				new Downloader(user + number, device), after, PollClient.NOTHING));
	}

	private static Load<byte[]> nothing(Stage stage) throws Exception {
		return Load.open(1, FIRST_REQUESTS_PER_SECOND,
				(number) -> new NothingClient(stage.jdbc(), stage.http(), new Downloader(BUSY + number, TABLET)));
	}

}
