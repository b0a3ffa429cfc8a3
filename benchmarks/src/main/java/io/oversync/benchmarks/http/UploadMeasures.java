package io.oversync.benchmarks.http;

import java.util.List;

/**
 * How fast changes are taken in.
 */
final class UploadMeasures {

	private static final String PLAIN = "plain";

	private static final String TYPED = "typed";

	/** What the first turn is prepared for; the next ones go by what was needed. */
	private static final double FIRST_CHANGES_PER_SECOND = 50_000;

	private static final double FIRST_REQUESTS_PER_SECOND = 4_000;

	private UploadMeasures() {
	}

	static List<Measure> all() {
		return List.of(
				new Measure("upload-1000x4", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(uploads(stage, PLAIN, 4, 1000), raw(stage, false, 4, 1000))),
				new Measure("typed-1000x4", List.of(Figure.rate("≥ 0.6")),
						(stage) -> new Contest(uploads(stage, TYPED, 4, 1000), raw(stage, true, 4, 1000))),
				new Measure("upload-100x1", List.of(Figure.rate("≥ 0.5")),
						(stage) -> new Contest(uploads(stage, PLAIN, 1, 100), raw(stage, false, 1, 100))),
				new Measure("upload-1", List.of(Figure.latency(50, "≤ 2.0"), Figure.latency(99, "≤ 2.0")),
						(stage) -> new Contest(uploads(stage, PLAIN, 1, 1), rawSingle(stage))),
				new Measure("conflicts-10", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(conflicts(stage, 4, 1000, 100), uploads(stage, PLAIN, 4, 1000))),
				new Measure("replays-100", List.of(Figure.rate("≥ 0.8")),
						(stage) -> new Contest(replays(stage, 4, 1000), uploads(stage, PLAIN, 4, 1000))));
	}

	private static Load<Upload> uploads(Stage stage, String table, int connections, int batch) throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch),
				(number) -> new UploadClient(stage.http(), new Device("user-" + number, table), batch));
	}

	private static Load<Upload> conflicts(Stage stage, int connections, int batch, int conflicts) throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch), (number) -> {
			Device device = new Device("late-" + number, PLAIN);
			return new ConflictClient(new UploadClient(stage.http(), device, batch), device, conflicts);
		});
	}

	private static Load<Upload> replays(Stage stage, int connections, int batch) throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch), (number) -> new ReplayClient(
				new UploadClient(stage.http(), new Device("again-" + number, PLAIN), batch)));
	}

	private static Load<RawRows> raw(Stage stage, boolean materialize, int connections, int batch) throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch),
				(number) -> new RawBatchClient(stage.jdbc(), "user-" + number, batch, materialize));
	}

	private static Load<RawChange> rawSingle(Stage stage) throws Exception {
		return Load.open(1, requestsPerSecond(1, 1), (number) -> new RawSingleClient(stage.jdbc(), "user-1"));
	}

	private static double requestsPerSecond(int connections, int batch) {
		return Math.min(FIRST_REQUESTS_PER_SECOND, FIRST_CHANGES_PER_SECOND / (connections * batch));
	}

}
