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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.oversync.benchmarks.http.server.BenchTokens;
import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;
import io.oversync.client.HydrateResult;
import io.oversync.client.SyncClient;
import io.oversync.client.SyncResult;
import io.oversync.client.Uuid7;
import org.springframework.util.FileSystemUtils;

/**
 * Devices from end to end: the SQLite client with its default settings, HTTP, the server
 * and its PostgreSQL, all on this machine.
 */
final class DeviceBenchmark {

	private static final int UPLOADED = 50_000;

	private static final int UPLOADS = 4;

	private static final String BODY = "some words of a body ".repeat(5);

	private final TestBed bed;

	private final Path folder;

	private final List<Measurement> uploads = new ArrayList<>();

	private final List<Measurement> hydrations = new ArrayList<>();

	private CpuSeconds cpu = new CpuSeconds(0, 0, 0);

	private DeviceBenchmark(TestBed bed, Path folder) {
		this.bed = bed;
		this.folder = folder;
	}

	/** Measures, after a round to warm up, and returns a table. */
	static MarkdownTable measure(HttpOptions options) throws Exception {
		Path folder = Files.createTempDirectory("oversync-bench");
		try (TestBed bed = TestBed.open()) {
			DeviceBenchmark benchmark = new DeviceBenchmark(bed, folder);
			for (int round = 0; round <= options.rounds(); round++) {
				if (round == 1) {
					benchmark.uploads.clear();
					benchmark.hydrations.clear();
				}
				benchmark.play("user-" + round);
			}
			MarkdownTable table = new MarkdownTable("a device, end to end", "rows/s", "lowest to highest",
					"CPU µs of a row: client / server / PostgreSQL");
			table.add(line("upload of %,d rows".formatted(UPLOADED), benchmark.uploads));
			table.add(line("hydrate of %,d rows".formatted(UPLOADS * UPLOADED), benchmark.hydrations));
			return table;
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private static String[] line(String name, List<Measurement> runs) {
		Samples rates = new Samples(runs.stream().mapToDouble(Measurement::rate).toArray());
		return new String[] { name, "%,.0f".formatted(rates.median()), rates.range("%,.0f"),
				"%.1f / %.1f / %.1f".formatted(micros(runs, CpuSeconds::driver), micros(runs, CpuSeconds::server),
						micros(runs, CpuSeconds::postgres)) };
	}

	private static double micros(List<Measurement> runs, ToDoubleFunction<CpuSeconds> process) {
		double rows = runs.stream().mapToLong(Measurement::rows).sum();
		return runs.stream().map(Measurement::cpu).mapToDouble(process).sum() * 1e6 / rows;
	}

	private void play(String user) throws SQLException, IOException {
		try (SyncClient phone = open(user, "phone")) {
			for (int i = 0; i < UPLOADS; i++) {
				insert(user, i * UPLOADED);
				long start = start();
				SyncResult result = phone.sync();
				note("upload", this.uploads, result.upload().applied(), UPLOADED, start);
			}
		}
		try (SyncClient tablet = open(user, "tablet")) {
			long start = start();
			HydrateResult result = tablet.hydrate();
			note("hydrate", this.hydrations, result.rows(), UPLOADS * UPLOADED, start);
		}
		delete(user, "phone");
		delete(user, "tablet");
	}

	private long start() throws IOException {
		this.cpu = this.bed.cpuClock().read();
		return System.nanoTime();
	}

	private void note(String what, List<Measurement> runs, long rows, int expected, long start) throws IOException {
		double seconds = (System.nanoTime() - start) / 1e9;
		if (rows != expected) {
			throw new IllegalStateException(what + " of " + rows + " rows, not of " + expected);
		}
		Measurement run = new Measurement(rows, seconds, this.bed.cpuClock().read().minus(this.cpu));
		runs.add(run);
		// progress
		System.err.printf("%s: %,.0f rows/s%n", what, run.rate());
	}

	private Path file(String user, String device) {
		return this.folder.resolve(user + "-" + device + ".db");
	}

	private SyncClient open(String user, String device) throws SQLException {
		try (Connection connection = connect(user, device); Statement statement = connection.createStatement()) {
			statement.execute("PRAGMA journal_mode = WAL");
			statement.execute("CREATE TABLE typed (id TEXT PRIMARY KEY, name TEXT NOT NULL, amount INTEGER, price TEXT,"
					+ " active INTEGER, created_at TEXT, body TEXT)");
		}
		String token = BenchTokens.sign(user, device);
		return SyncClient.builder()
			.database(file(user, device))
			.server(URI.create("http://127.0.0.1:" + this.bed.port() + "/sync"))
			.token(() -> token)
			.user(user)
			.device(device)
			.schema("bench")
			.tables("typed")
			.open();
	}

	private Connection connect(String user, String device) throws SQLException {
		return DriverManager.getConnection("jdbc:sqlite:" + file(user, device));
	}

	private void insert(String user, int first) throws SQLException {
		try (Connection connection = connect(user, "phone");
				PreparedStatement insert = connection
					.prepareStatement("INSERT INTO typed VALUES (?, ?, ?, ?, 1, '2026-01-01T00:00:00Z', ?)")) {
			connection.setAutoCommit(false);
			for (int i = first; i < first + UPLOADED; i++) {
				insert.setString(1, Uuid7.next().toString());
				insert.setString(2, "Row number " + i);
				insert.setInt(3, i);
				insert.setString(4, i + ".25");
				insert.setString(5, BODY);
				insert.executeUpdate();
			}
			connection.commit();
		}
	}

	private void delete(String user, String device) throws IOException {
		for (String suffix : List.of("", "-wal", "-shm")) {
			Files.deleteIfExists(Path.of(file(user, device) + suffix));
		}
	}

	/**
	 * A measurement.
	 *
	 * @param rows the number of rows
	 * @param seconds the time
	 * @param cpu the CPU time of all processes
	 */
	private record Measurement(long rows, double seconds, CpuSeconds cpu) {

		double rate() {
			return this.rows / this.seconds;
		}

	}

}
