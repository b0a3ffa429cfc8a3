/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.Arrays;

import io.oversync.benchmarks.report.MarkdownTable;

/**
 * What the engine's meters and observations cost: two servers on one database, both with
 * a registry of Prometheus and what Spring observes by itself, in turns.
 */
final class MeterCostBenchmark implements AutoCloseable {

	/** See {@code BenchServer.Meters}. */
	private static final String METERS = "--bench.meters=true";

	private static final String WITHOUT = "--oversync.metrics.enabled=false";

	private static final int WARM_UP = 3;

	private final ServerProcess measured;

	private final ServerProcess plain;

	private final HttpOptions options;

	private final MarkdownTable table = new MarkdownTable("requests a second", "with meters", "without", "ratio",
			"lowest to highest");

	private MeterCostBenchmark(TestBed bed, HttpOptions options) throws Exception {
		this.options = options;
		this.measured = ServerProcess.start(bed.jdbcUrl(), METERS);
		try {
			this.plain = ServerProcess.start(bed.jdbcUrl(), METERS, WITHOUT);
		}
		catch (Exception ex) {
			this.measured.close();
			throw ex;
		}
	}

	/** Measures, and returns a table. */
	static MarkdownTable measure(HttpOptions options) throws Exception {
		try (TestBed bed = TestBed.open(); MeterCostBenchmark benchmark = new MeterCostBenchmark(bed, options)) {
			benchmark.compare("uploads of one row", (device) -> device.upload("plain", 1));
			benchmark.compare("uploads of 100 rows", (device) -> device.upload("plain", 100));
			benchmark.compare("polls without news", (device) -> device.page(Long.MAX_VALUE / 2, 10, "server_id", 0));
			return benchmark.table;
		}
	}

	private void compare(String name, Requests requests) throws Exception {
		int rounds = this.options.rounds();
		double[] with = new double[rounds];
		double[] without = new double[rounds];
		double[] ratios = new double[rounds];
		try (HttpDevice a = new HttpDevice(new HttpConnection(this.measured.port()), "with " + name, "phone");
				HttpDevice b = new HttpDevice(new HttpConnection(this.plain.port()), "without " + name, "phone")) {
			rate(a, requests, WARM_UP);
			rate(b, requests, WARM_UP);
			for (int round = 0; round < rounds; round++) {
				// neither is always the first
				boolean first = round % 2 == 0;
				double one = rate(first ? a : b, requests, this.options.seconds());
				double other = rate(first ? b : a, requests, this.options.seconds());
				with[round] = first ? one : other;
				without[round] = first ? other : one;
				ratios[round] = with[round] / without[round];
			}
		}
		Arrays.sort(ratios);
		this.table.add(name, "%.0f".formatted(median(with)), "%.0f".formatted(median(without)),
				"%.3f".formatted(ratios[rounds / 2]), "%.3f to %.3f".formatted(ratios[0], ratios[rounds - 1]));
	}

	private static double rate(HttpDevice device, Requests requests, int seconds) throws Exception {
		long start = System.nanoTime();
		long end = start + seconds * 1_000_000_000L;
		int count = 0;
		while (System.nanoTime() < end) {
			requests.next(device).send();
			count++;
		}
		return count * 1e9 / (System.nanoTime() - start);
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

	@Override
	public void close() throws Exception {
		try (this.measured) {
			this.plain.close();
		}
	}

	/** Makes the next request of a device. */
	@FunctionalInterface
	private interface Requests {

		Client.Request next(HttpDevice device) throws Exception;

	}

}
