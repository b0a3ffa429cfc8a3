/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

import io.oversync.benchmarks.http.server.BenchTokens;
import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.client.SyncClient;

import org.springframework.util.FileSystemUtils;

/**
 * From an upload by one device to the row in the SQLite database of another, which runs
 * the client.
 */
final class LiveDeviceBenchmark {

	private static final int WARM_UP = 1000;

	private static final int TIMED = 1000;

	private static final long LOOK_NANOS = 300_000;

	private static final long PATIENCE = 30_000_000_000L;

	private long rows;

	private LiveDeviceBenchmark() {
	}

	/** Measures, and returns a table. */
	static MarkdownTable measure() throws Exception {
		Path folder = Files.createTempDirectory("oversync-bench");
		try (TestBed bed = TestBed.open()) {
			return new LiveDeviceBenchmark().run(bed, folder);
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private MarkdownTable run(TestBed bed, Path folder) throws Exception {
		Path file = folder.resolve("tablet.db");
		MarkdownTable table = new MarkdownTable("upload to the row in the database of another device",
				"p50 / p95 / p99 ms", "number", "CPU ms each: driver and client / server / PostgreSQL");
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA journal_mode = WAL");
			statement.execute("CREATE TABLE plain (id TEXT PRIMARY KEY, name TEXT NOT NULL, amount INTEGER, price TEXT,"
					+ " active INTEGER, created_at TEXT, body TEXT)");
			try (HttpDevice uploader = bed.device("ann", "phone");
					SyncClient tablet = open(bed, file);
					PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM plain")) {
				tablet.start(Duration.ofHours(1));
				times(uploader, count, WARM_UP);
				bed.execute("analyze");
				times(uploader, count, WARM_UP);
				CpuSeconds before = bed.cpuClock().read();
				long[] times = times(uploader, count, TIMED);
				table.add("the client for SQLite, watching",
						"%.1f / %.1f / %.1f".formatted(WatchBenchmark.percentile(times, 50),
								WatchBenchmark.percentile(times, 95), WatchBenchmark.percentile(times, 99)),
						String.valueOf(TIMED), String.valueOf(bed.cpuClock().read().minus(before)));
			}
		}
		return table;
	}

	private static SyncClient open(TestBed bed, Path file) {
		String token = BenchTokens.sign("ann", "tablet");
		return SyncClient.builder()
			.database(file)
			.server(URI.create("http://127.0.0.1:" + bed.port() + "/sync"))
			.token(() -> token)
			.user("ann")
			.device("tablet")
			.schema("bench")
			.tables("plain")
			.open();
	}

	/** Returns the times from the start of an upload to the row, ascending. */
	private long[] times(HttpDevice uploader, PreparedStatement count, int rounds) throws Exception {
		long[] times = new long[rounds];
		for (int i = 0; i < rounds; i++) {
			Client.Request upload = uploader.upload("plain", 1);
			long start = System.nanoTime();
			upload.send();
			this.rows++;
			await(count, start + PATIENCE);
			times[i] = System.nanoTime() - start;
		}
		Arrays.sort(times);
		return times;
	}

	private void await(PreparedStatement count, long end) throws SQLException {
		while (number(count) < this.rows) {
			if (System.nanoTime() > end) {
				throw new IllegalStateException("The device has " + number(count) + " of " + this.rows + " rows");
			}
			LockSupport.parkNanos(LOOK_NANOS);
		}
	}

	/** A statement of its own is a look at what was committed. */
	private static long number(PreparedStatement count) throws SQLException {
		try (ResultSet row = count.executeQuery()) {
			row.next();
			return row.getLong(1);
		}
	}

}
