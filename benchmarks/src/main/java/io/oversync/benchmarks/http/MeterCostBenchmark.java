/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.benchmarks.report.MarkdownTable;

/**
 * What the engine's meters and observations cost: one server with a registry of
 * Prometheus and what Spring observes by itself, whose listeners are on and off in turns.
 */
final class MeterCostBenchmark {

	/** See {@code BenchServer.Meters}. */
	private static final String METERS = "--bench.meters=true";

	/** In seconds. */
	private static final int WARM_UP = 15;

	/** Of a turn: short, so that what else the machine does meets both alike. */
	private static final int REQUESTS = 20;

	private final HttpOptions options;

	private final MarkdownTable table = new MarkdownTable("one request", "median µs with meters", "without",
			"without / with", "lowest to highest", "CPU µs of the server with meters", "without");

	private MeterCostBenchmark(HttpOptions options) {
		this.options = options;
	}

	/** Measures, and returns a table. */
	static MarkdownTable measure(HttpOptions options) throws Exception {
		MeterCostBenchmark benchmark = new MeterCostBenchmark(options);
		try (TestBed bed = TestBed.open(); ServerProcess server = ServerProcess.start(bed.jdbcUrl(), METERS)) {
			benchmark.compare(server, "uploads of one row", (device) -> device.upload("plain", 1));
			benchmark.compare(server, "uploads of 100 rows", (device) -> device.upload("plain", 100));
			benchmark.compare(server, "polls without news",
					(device) -> device.page(Long.MAX_VALUE / 2, 10, "server_id", 0));
		}
		return benchmark.table;
	}

	private void compare(ServerProcess server, String name, Requests requests) throws Exception {
		int rounds = this.options.rounds();
		double[] ratios = new double[rounds];
		Turns allWith = new Turns();
		Turns allWithout = new Turns();
		try (HttpDevice device = new HttpDevice(new HttpConnection(server.port()), name, "phone")) {
			alternate(device, new Turns(), new Turns(), requests, WARM_UP);
			for (int round = 0; round < rounds; round++) {
				Turns with = new Turns();
				Turns without = new Turns();
				alternate(device, with, without, requests, 2 * this.options.seconds());
				ratios[round] = without.median() / with.median();
				allWith.add(with);
				allWithout.add(without);
			}
		}
		Arrays.sort(ratios);
		this.table.add(name, "%.0f".formatted(allWith.median()), "%.0f".formatted(allWithout.median()),
				"%.3f".formatted(allWithout.median() / allWith.median()),
				"%.3f to %.3f".formatted(ratios[0], ratios[rounds - 1]), "%.0f".formatted(allWith.cpu()),
				"%.0f".formatted(allWithout.cpu()));
	}

	/** Neither is always the first. */
	private static void alternate(HttpDevice device, Turns with, Turns without, Requests requests, int seconds)
			throws Exception {
		long end = System.nanoTime() + seconds * 1_000_000_000L;
		for (boolean first = true; System.nanoTime() < end; first = !first) {
			turn(device, first, first ? with : without, requests);
			turn(device, !first, first ? without : with, requests);
		}
	}

	private static void turn(HttpDevice device, boolean meters, Turns turns, Requests requests) throws Exception {
		long cpu = device.switchMeters(meters);
		for (int i = 0; i < REQUESTS; i++) {
			Client.Request request = requests.next(device);
			long start = System.nanoTime();
			request.send();
			turns.nanos.add(System.nanoTime() - start);
		}
		turns.cpuNanos += device.switchMeters(meters) - cpu;
	}

	/** Makes the next request of a device. */
	@FunctionalInterface
	private interface Requests {

		Client.Request next(HttpDevice device) throws Exception;

	}

	/** The requests with the meters on, or off. */
	private static final class Turns {

		private final List<Long> nanos = new ArrayList<>();

		private long cpuNanos;

		void add(Turns others) {
			this.nanos.addAll(others.nanos);
			this.cpuNanos += others.cpuNanos;
		}

		/** Of a request, in microseconds: what else the machine did is not in it. */
		double median() {
			return this.nanos.stream().sorted().skip(this.nanos.size() / 2).findFirst().orElseThrow() / 1e3;
		}

		/** Of a request, in microseconds. */
		double cpu() {
			return this.cpuNanos / 1e3 / this.nanos.size();
		}

	}

}
