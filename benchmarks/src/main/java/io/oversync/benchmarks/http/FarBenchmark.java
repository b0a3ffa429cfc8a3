/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.benchmarks.http.server.BenchTokens;
import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;
import io.oversync.client.HydrateResult;
import io.oversync.client.SyncClient;
import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;

import org.springframework.util.FileSystemUtils;

/**
 * A new device far away: everything in one answer, and page by page.
 */
final class FarBenchmark {

	private static final int ROWS = 50_000;

	private static final Duration ROUND_TRIP = Duration.ofMillis(100);

	private final Path folder;

	private final int port;

	private int devices;

	private FarBenchmark(Path folder, int port) {
		this.folder = folder;
		this.port = port;
	}

	/** Measures, after a round to warm up, and returns a table. */
	static MarkdownTable measure(HttpOptions options) throws Exception {
		Path folder = Files.createTempDirectory("oversync-bench");
		try (TestBed bed = TestBed.open(); LatencyProxy far = new LatencyProxy(bed.port(), ROUND_TRIP)) {
			new WrittenHistory().add("far-", 1, ROWS).write(bed);
			bed.execute("ANALYZE");
			FarBenchmark benchmark = new FarBenchmark(folder, far.port());
			JdkSyncHttp streaming = new JdkSyncHttp();
			Map<String, SyncHttp> ways = new LinkedHashMap<>();
			ways.put("in one answer", streaming);
			// as a lambda, it does not say that it streams
			ways.put("page by page", streaming::exchange);
			Map<String, List<Double>> seconds = new LinkedHashMap<>();
			Map<String, CpuSeconds> cpu = new LinkedHashMap<>();
			for (int round = 0; round <= options.rounds(); round++) {
				for (Map.Entry<String, SyncHttp> way : ways.entrySet()) {
					CpuSeconds before = bed.cpuClock().read();
					double taken = benchmark.hydrate(way.getValue());
					cpu.put(way.getKey(), bed.cpuClock().read().minus(before));
					System.err.printf("%s: %.2f s%n", way.getKey(), taken);
					if (round > 0) {
						seconds.computeIfAbsent(way.getKey(), (name) -> new ArrayList<>()).add(taken);
					}
				}
			}
			MarkdownTable table = new MarkdownTable(
					"%,d rows to a new device, %d ms round trip".formatted(ROWS, ROUND_TRIP.toMillis()), "seconds",
					"lowest to highest", "CPU s of the last: client / server / PostgreSQL");
			seconds.forEach((way, times) -> {
				Samples samples = new Samples(times.stream().mapToDouble(Double::doubleValue).toArray());
				table.add(way, "%.2f".formatted(samples.median()), samples.range("%.2f"), String.valueOf(cpu.get(way)));
			});
			return table;
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private double hydrate(SyncHttp http) throws SQLException, IOException {
		String device = "device-" + ++this.devices;
		Path file = this.folder.resolve(device + ".db");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA journal_mode = WAL");
			statement.execute("CREATE TABLE plain (id TEXT PRIMARY KEY, name TEXT NOT NULL, amount INTEGER, price TEXT,"
					+ " active INTEGER, created_at TEXT, body TEXT)");
		}
		String token = BenchTokens.sign("far-1", device);
		long start = System.nanoTime();
		try (SyncClient client = SyncClient.builder()
			.database(file)
			.server(URI.create("http://127.0.0.1:" + this.port + "/sync"))
			.http(http)
			.token(() -> token)
			.user("far-1")
			.device(device)
			.schema("bench")
			.tables("plain")
			.open()) {
			HydrateResult result = client.hydrate();
			if (result.rows() != ROWS) {
				throw new IllegalStateException(result.rows() + " rows arrived, not " + ROWS);
			}
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		for (String suffix : List.of("", "-wal", "-shm")) {
			Files.deleteIfExists(Path.of(file + suffix));
		}
		return seconds;
	}

}
