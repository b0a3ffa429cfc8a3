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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;
import io.oversync.client.Uuid7;

/**
 * Compares uploads to a database with the changes of a whole fleet with uploads to an
 * empty one: a server on each, which take turns. Before each turn is a checkpoint, after
 * which PostgreSQL logs every page that is touched for the first time as a whole.
 */
final class FleetBenchmark {

	private static final int WARM_UP_AFTER_START = 5;

	private static final int WARM_UP = 3;

	/** Their pages are read beside those of a fleet. */
	private static final int FEW_USERS = 10;

	private static final int PAGE = 100;

	/** The request of a page without changes. */
	private static final int SOME = 100;

	private static final double FIRST_REQUESTS_PER_SECOND = 200;

	private final MarkdownTable table = new MarkdownTable("measure", "fleet p50", "empty p50", "ratio",
			"lowest to highest", "goal", "WAL of a change: fleet", "empty");

	private final HttpOptions options;

	private final TestBed large;

	private final TestBed empty;

	private int warmUp = WARM_UP_AFTER_START;

	private FleetBenchmark(HttpOptions options, TestBed large, TestBed empty) {
		this.options = options;
		this.large = large;
		this.empty = empty;
	}

	/**
	 * Measures.
	 * @param options the numbers of changes, rounds and seconds
	 * @return the results
	 */
	static MarkdownTable run(HttpOptions options) throws Exception {
		try (TestBed large = TestBed.open(); TestBed empty = TestBed.open()) {
			FleetBenchmark benchmark = new FleetBenchmark(options, large, empty);
			benchmark.run(FleetHistory.of(options.changes()));
			return benchmark.table;
		}
	}

	private void run(FleetHistory fleet) throws Exception {
		long start = System.nanoTime();
		fleet.write(this.large);
		System.err.printf("%,d changes of %,d users written in %d s%n", (long) fleet.users() * fleet.changes(),
				fleet.users(), (System.nanoTime() - start) / 1_000_000_000);
		FleetHistory few = new FleetHistory(Math.min(FEW_USERS, fleet.users()), fleet.changes());
		few.write(this.empty);
		int page = Math.min(PAGE, fleet.changes());
		download("poll", fleet, few, 0);
		download("page of " + page, fleet, few, page);
		FleetHistory.reset(this.empty);
		FleetHistory newcomers = fleet.newcomers();
		newcomers.write(this.empty);
		upload("upload of 1", "≤ 1.2", newcomers, 1, BenchRow::key);
		upload("upload of 100", "≤ 1.4", newcomers, 100, BenchRow::key);
		upload("upload of 1,000", "≤ 2.2", newcomers, 1_000, BenchRow::key);
		upload("upload of 1,000, UUIDv7", "-", newcomers, 1_000, Uuid7::next);
	}

	private void download(String name, FleetHistory fleet, FleetHistory few, int changes) throws Exception {
		try (Side ours = new Side(this.large, downloads(this.large, fleet, changes), false);
				Side baseline = new Side(this.empty, downloads(this.empty, few, changes), false)) {
			play(name, "-", ours, baseline);
		}
	}

	private void upload(String name, String goal, FleetHistory users, int batch, Supplier<UUID> keys) throws Exception {
		try (Side ours = new Side(this.large, uploads(this.large, users, batch, keys), false);
				Side baseline = new Side(this.empty, uploads(this.empty, users, batch, keys), true)) {
			play(name, goal, ours, baseline);
		}
	}

	/**
	 * The last changes, or what comes after them: each time a device of another user
	 * asks.
	 */
	private static Load downloads(TestBed bed, FleetHistory users, int changes) throws Exception {
		return open(bed, users, "tablet", (tablet) -> {
			Client.Request page = tablet.page(users.changes() - changes, Math.max(changes, SOME), "\"server_id\":",
					changes);
			return () -> page;
		});
	}

	/**
	 * New rows, each upload by another user. Their ids are new, also after other uploads.
	 */
	private static Load uploads(TestBed bed, FleetHistory users, int batch, Supplier<UUID> keys) throws Exception {
		return open(bed, users, "phone", (phone) -> {
			HttpDevice device = phone.after(System.nanoTime());
			return () -> device.upload(UploadMeasures.TYPED, BenchRow.random(batch, keys), 0);
		});
	}

	/** All users share one connection. */
	private static Load open(TestBed bed, FleetHistory users, String device,
			Function<HttpDevice, Callable<Client.Request>> requests) throws Exception {
		HttpConnection connection = bed.http();
		Map<String, Callable<Client.Request>> byUser = new HashMap<>();
		AtomicInteger number = new AtomicInteger();
		return Load.open(1, FIRST_REQUESTS_PER_SECOND,
				(client) -> new Client(() -> byUser
					.computeIfAbsent(users.user(number.getAndIncrement()),
							(user) -> requests.apply(new HttpDevice(connection, user, device)))
					.call(), connection));
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
		Samples ratios = ours.millis.dividedBy(baseline.millis);
		this.table.report(name, "%.2f ms".formatted(ours.millis.median()),
				"%.2f ms".formatted(baseline.millis.median()), "%.2f".formatted(ratios.median()), ratios.range("%.2f"),
				goal, "%,.0f bytes".formatted(ours.bytes.median()), "%,.0f bytes".formatted(baseline.bytes.median()));
	}

	/**
	 * One of the two servers and its load.
	 *
	 * @param bed the server
	 * @param load closed with the side
	 * @param emptied whether the database is emptied before each turn
	 * @param millis the median of each turn
	 * @param bytes of the log, for each change
	 */
	private record Side(TestBed bed, Load load, boolean emptied, Samples millis,
			Samples bytes) implements AutoCloseable {

		private static final String LOG_POSITION = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn";

		Side(TestBed bed, Load load, boolean emptied) {
			this(bed, load, emptied, new Samples(), new Samples());
		}

		void turn(double seconds, boolean counts) throws Exception {
			if (this.emptied) {
				FleetHistory.forget(this.bed);
			}
			this.load.prepare(seconds);
			this.bed.execute("checkpoint");
			double before = position();
			Load.Throughput turn = this.load.run(seconds);
			double after = position();
			if (counts) {
				this.millis.add(turn.millis(50));
				this.bytes.add((after - before) / Math.max(1, turn.items()));
			}
		}

		private double position() throws SQLException {
			try (Connection connection = this.bed.jdbc();
					Statement statement = connection.createStatement();
					ResultSet resultSet = statement.executeQuery(LOG_POSITION)) {
				resultSet.next();
				return resultSet.getDouble(1);
			}
		}

		@Override
		public void close() throws Exception {
			this.load.close();
		}

	}

}
