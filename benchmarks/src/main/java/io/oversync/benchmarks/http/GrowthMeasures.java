/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether it stays as fast when there is more: users with histories of several lengths in
 * one database, and one whose history lies among those of many others.
 */
final class GrowthMeasures {

	private static final User FIRST = new User("short-", 10_000, "");

	private static final User MIDDLE = new User("middle-", 100_000, " 100,000");

	private static final User LONG = new User("long-", 1_000_000, " 1,000,000");

	private static final User AMONG_OTHERS = new User("mixed-", 10_000, " 10,000 other users");

	private static final int OTHERS = 10_000;

	private static final int CHANGES_OF_OTHERS = 20;

	private static final int BATCH = 1000;

	/** What the first turn is prepared for; the next ones go by what was needed. */
	private static final double FIRST_UPLOADS_PER_SECOND = 50;

	private static final double FIRST_PAGES_PER_SECOND = 500;

	private GrowthMeasures() {
	}

	static List<Measure> all() {
		List<Figure> figures = List.of(Figure.latency(50, "≤ 1.3"));
		return List.of(new Measure("growth-upload", figures, (stage) -> contest(stage, GrowthMeasures::upload)),
				new Measure("growth-download", figures, (stage) -> contest(stage, GrowthMeasures::download)));
	}

	private static Contest contest(Stage stage, Opening opening) throws Exception {
		new History().add(FIRST.prefix(), 1, FIRST.changes()).write(stage);
		new History().add(MIDDLE.prefix(), 1, MIDDLE.changes()).write(stage);
		new History().add(LONG.prefix(), 1, LONG.changes()).write(stage);
		new History().add(AMONG_OTHERS.prefix(), 1, AMONG_OTHERS.changes())
			.add("other-", OTHERS, CHANGES_OF_OTHERS)
			.write(stage);
		List<Entrant> entrants = new ArrayList<>();
		for (User user : List.of(MIDDLE, LONG, AMONG_OTHERS)) {
			entrants.add(new Entrant(user.suffix(), opening.open(stage, user)));
		}
		return new Contest(entrants, opening.open(stage, FIRST));
	}

	private static Load<?> upload(Stage stage, User user) throws Exception {
		return Load.open(1, FIRST_UPLOADS_PER_SECOND, (number) -> {
			String name = user.prefix() + number;
			Device device = new Device(name, UploadLoads.PLAIN, user.changes());
			return new TrimmingClient(new UploadClient(stage.http(), device, BATCH), stage.jdbc(), name,
					user.changes());
		});
	}

	private static Load<?> download(Stage stage, User user) throws Exception {
		Cursor deep = new Cursor(user.changes() - Downloader.LIMIT, user.changes());
		return Load.open(1, FIRST_PAGES_PER_SECOND, (number) -> new DownloadClient(stage.http(),
				new Downloader(user.prefix() + number, "tablet"), deep, false));
	}

	/**
	 * A user with a history.
	 *
	 * @param prefix of the name, which the number 1 follows
	 * @param changes how many there are
	 * @param suffix to the name of the measure
	 */
	private record User(String prefix, int changes, String suffix) {
	}

	/** Opens the load of a user. */
	private interface Opening {

		Load<?> open(Stage stage, User user) throws Exception;

	}

}
