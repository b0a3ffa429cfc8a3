/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.oversync.client.Uuid7;

/**
 * Whether an upload costs the same in a database with the changes of a whole fleet as in
 * an empty one: a server on each, which take turns. Before each turn is a checkpoint,
 * after which PostgreSQL logs every page that is touched for the first time as a whole.
 */
final class FleetBenchmark {

	private static final List<String> HEADING = List.of("measure", "fleet p50", "empty p50", "ratio",
			"lowest to highest", "goal", "WAL of a change: fleet", "empty");

	private static final int WARM_UP_AFTER_START = 5;

	private static final int WARM_UP = 3;

	/** Whose pages are read beside those of a fleet. */
	private static final int FEW_USERS = 10;

	private static final int PAGE = 100;

	private static final double FIRST_REQUESTS_PER_SECOND = 200;

	private final Table table = new Table(HEADING);

	private final Options options;

	private final Stage large;

	private final Stage empty;

	private int warmUp = WARM_UP_AFTER_START;

	private FleetBenchmark(Options options, Stage large, Stage empty) {
		this.options = options;
		this.large = large;
		this.empty = empty;
	}

	/**
	 * Measures.
	 * @param options how many changes, rounds and seconds
	 * @return the results
	 */
	static Table run(Options options) throws Exception {
		try (Stage large = Stage.start(); Stage empty = Stage.start()) {
			FleetBenchmark benchmark = new FleetBenchmark(options, large, empty);
			benchmark.run(Fleet.of(options.changes()));
			return benchmark.table;
		}
	}

	private void run(Fleet fleet) throws Exception {
		long start = System.nanoTime();
		fleet.write(this.large);
		System.err.printf("%,d changes of %,d users written in %d s%n", (long) fleet.users() * fleet.changes(),
				fleet.users(), (System.nanoTime() - start) / 1_000_000_000);
		Fleet few = new Fleet(Math.min(FEW_USERS, fleet.users()), fleet.changes());
		few.write(this.empty);
		int page = Math.min(PAGE, fleet.changes());
		download("poll", "-", fleet, few, 0);
		download("page of " + page, "-", fleet, few, page);
		Fleet.reset(this.empty);
		Fleet newcomers = fleet.newcomers();
		newcomers.write(this.empty);
		upload("upload of 1", "≤ 1.2", fleet, newcomers, 1, false);
		upload("upload of 100", "≤ 1.4", fleet, newcomers, 100, false);
		upload("upload of 1,000", "≤ 2.2", fleet, newcomers, 1_000, false);
		upload("upload of 1,000, UUIDv7", "-", fleet, newcomers, 1_000, true);
	}

	private void download(String name, String goal, Fleet fleet, Fleet few, int changes) throws Exception {
		try (Side ours = new Side(this.large, open(new FleetDownloadClient(this.large.http(), fleet, changes)), false);
				Side baseline = new Side(this.empty, open(new FleetDownloadClient(this.empty.http(), few, changes)),
						false)) {
			play(name, goal, ours, baseline);
		}
	}

	private void upload(String name, String goal, Fleet fleet, Fleet newcomers, int batch, boolean ordered)
			throws Exception {
		try (Side ours = new Side(this.large,
				open(new FleetUploadClient(this.large.http(), fleet, batch, ordered ? Uuid7::next : UUID::randomUUID)),
				false);
				Side baseline = new Side(this.empty, open(new FleetUploadClient(this.empty.http(), newcomers, batch,
						ordered ? Uuid7::next : UUID::randomUUID)), true)) {
			play(name, goal, ours, baseline);
		}
	}

	private static <T> Load<T> open(Client<T> client) throws Exception {
		return Load.open(1, FIRST_REQUESTS_PER_SECOND, (number) -> client);
	}

	private void play(String name, String goal, Side ours, Side baseline) throws Exception {
		List<Side> order = new ArrayList<>(List.of(ours, baseline));
		for (int round = -this.warmUp; round < this.options.rounds(); round++) {
			for (Side side : order) {
				side.turn(this.options.seconds(), round >= 0);
			}
			Collections.reverse(order);
		}
		this.warmUp = WARM_UP;
		List<Double> ratios = Statistics.ratios(ours.millis, baseline.millis);
		List<String> line = List.of(name, "%.2f ms".formatted(Statistics.median(ours.millis)),
				"%.2f ms".formatted(Statistics.median(baseline.millis)), "%.2f".formatted(Statistics.median(ratios)),
				"%.2f to %.2f".formatted(Collections.min(ratios), Collections.max(ratios)), goal, ours.log(),
				baseline.log());
		this.table.add(line);
		System.err.println(String.join(" | ", line));
	}

	/** One of the two servers and what is sent to it. */
	private static final class Side implements AutoCloseable {

		private static final String LOG_POSITION = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn";

		private final Stage stage;

		private final Load<?> load;

		private final boolean emptied;

		private final List<Double> millis = new ArrayList<>();

		private final List<Double> bytes = new ArrayList<>();

		/**
		 * Creates a side.
		 * @param emptied whether the database is empty again before each turn
		 */
		Side(Stage stage, Load<?> load, boolean emptied) {
			this.stage = stage;
			this.load = load;
			this.emptied = emptied;
		}

		void turn(double seconds, boolean counts) throws Exception {
			if (this.emptied) {
				Fleet.forget(this.stage);
			}
			this.load.prepare(seconds);
			try (Connection connection = this.stage.jdbc()) {
				Sql.execute(connection, "checkpoint");
				double before = position(connection);
				List<Lane.Stint> stints = this.load.run(seconds);
				double after = position(connection);
				if (counts) {
					this.millis.add(Statistics.percentile(Turn.of(stints, Cpu.NONE).millis(), 50));
					this.bytes.add((after - before) / Math.max(1, stints.stream().mapToLong(Lane.Stint::items).sum()));
				}
			}
		}

		private static double position(Connection connection) throws SQLException {
			try (Statement statement = connection.createStatement();
					ResultSet resultSet = statement.executeQuery(LOG_POSITION)) {
				resultSet.next();
				return resultSet.getDouble(1);
			}
		}

		String log() {
			return "%,.0f bytes".formatted(Statistics.median(this.bytes));
		}

		@Override
		public void close() throws Exception {
			this.load.close();
		}

	}

}
