/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;

/**
 * How fast changes are taken in.
 */
final class UploadMeasures {

	private static final String USERS = "user-";

	private UploadMeasures() {
	}

	static List<Measure> all() {
		return List.of(
				new Measure("upload-1000x4", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(uploads(stage, UploadLoads.PLAIN, 4, 1000), raw(stage, false, 4, 1000))),
				new Measure("typed-1000x4", List.of(Figure.rate("≥ 0.6")),
						(stage) -> new Contest(uploads(stage, UploadLoads.TYPED, 4, 1000), raw(stage, true, 4, 1000))),
				new Measure("upload-100x1", List.of(Figure.rate("≥ 0.5")),
						(stage) -> new Contest(uploads(stage, UploadLoads.PLAIN, 1, 100), raw(stage, false, 1, 100))),
				new Measure("upload-1", List.of(Figure.latency(50, "≤ 2.0"), Figure.latency(99, "≤ 2.0")),
						(stage) -> new Contest(uploads(stage, UploadLoads.PLAIN, 1, 1), rawSingle(stage))),
				new Measure("naive-1", List.of(Figure.latency(50, "≤ 1.1"), Figure.latency(99, "-")),
						(stage) -> new Contest(shared(stage, 1, 1), naive(stage, 1, 1))),
				new Measure("naive-1x64", List.of(Figure.rate("≥ 1.0, ≥ 1,600/s"), Figure.latency(99, "-")),
						(stage) -> new Contest(shared(stage, 64, 8), naive(stage, 64, 8))),
				new Measure("conflicts-10", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(conflicts(stage, 4, 1000, 100),
								uploads(stage, UploadLoads.PLAIN, 4, 1000))),
				new Measure("replays-100", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(replays(stage, 4, 1000), uploads(stage, UploadLoads.PLAIN, 4, 1000))));
	}

	private static Load<Upload> uploads(Stage stage, String table, int connections, int batch) throws Exception {
		return UploadLoads.uploads(stage, USERS, table, connections, batch);
	}

	private static Load<Upload> conflicts(Stage stage, int connections, int batch, int conflicts) throws Exception {
		return Load.open(connections, UploadLoads.requestsPerSecond(connections, batch), (number) -> {
			Device device = new Device("late-" + number, UploadLoads.PLAIN);
			return new ConflictClient(new UploadClient(stage.http(), device, batch), device, conflicts);
		});
	}

	private static Load<Upload> replays(Stage stage, int connections, int batch) throws Exception {
		return Load.open(connections, UploadLoads.requestsPerSecond(connections, batch), (number) -> new ReplayClient(
				new UploadClient(stage.http(), new Device("again-" + number, UploadLoads.PLAIN), batch)));
	}

	private static Load<RawRows> raw(Stage stage, boolean materialize, int connections, int batch) throws Exception {
		return UploadLoads.raw(stage, USERS, materialize, connections, batch);
	}

	/** Each connection is a device of its own. */
	private static Load<Upload> shared(Stage stage, int connections, int users) throws Exception {
		return Load.open(connections, UploadLoads.requestsPerSecond(connections, 1),
				(number) -> new UploadClient(stage.http(), device(number, users), 1));
	}

	private static Load<byte[]> naive(Stage stage, int connections, int users) throws Exception {
		return Load.open(connections, UploadLoads.requestsPerSecond(connections, 1),
				(number) -> new NaiveClient(stage.http(), device(number, users)));
	}

	private static Device device(int number, int users) {
		return new Device(USERS + number % users, "device-" + number, UploadLoads.TYPED, 0);
	}

	private static Load<RawChange> rawSingle(Stage stage) throws Exception {
		return Load.open(1, UploadLoads.requestsPerSecond(1, 1),
				(number) -> new RawSingleClient(stage.jdbc(), USERS + number));
	}

}
