/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.oversync.benchmarks.http.server.BenchServer;
import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;
import io.oversync.test.JavaProcess;
import org.HdrHistogram.Histogram;

import org.springframework.util.FileSystemUtils;

/**
 * The first requests after a start, when little of the server is compiled: uploads of one
 * row and downloads of one change in turn, on one connection. Every round includes each
 * way to start.
 */
final class FirstRequests {

	/** Uploads and downloads together. */
	static final int REQUESTS = 1000;

	private static final int TRAINING = 200;

	private static final int FIRST_JDK_WITH_AOT_CACHE = 25;

	private final TestBed bed;

	private final Map<String, Way> ways = new LinkedHashMap<>();

	private final Map<String, List<Times>> times = new LinkedHashMap<>();

	private int users;

	private FirstRequests(TestBed bed) {
		this.bed = bed;
	}

	/**
	 * Measures.
	 * @param rounds the number of starts of each way
	 * @return the medians of the rounds
	 */
	static MarkdownTable measure(int rounds) throws Exception {
		Path folder = Files.createTempDirectory("oversync-first");
		try (TestBed bed = TestBed.open()) {
			FirstRequests first = new FirstRequests(bed);
			first.addWays(folder);
			for (int round = 0; round < rounds; round++) {
				for (Map.Entry<String, Way> way : first.ways.entrySet()) {
					first.times.computeIfAbsent(way.getKey(), (name) -> new ArrayList<>())
						.add(first.play(way.getValue(), REQUESTS));
				}
			}
			return first.table();
		}
		finally {
			FileSystemUtils.deleteRecursively(folder);
		}
	}

	private void addWays(Path folder) throws Exception {
		List<String> application = ServerProcess.application();
		this.ways.put("as it is", new Way(List.of(), application, 0));
		this.ways.put("as it is, after " + TRAINING + " requests", new Way(List.of(), application, TRAINING));
		Path jar = Path.of(System.getProperty("java.class.path"));
		if (!Files.isRegularFile(jar)) {
			// only the executable jar can be extracted for an archive
			return;
		}
		List<String> laidOut = List.of("-cp", layOut(jar, folder).toString(), BenchServer.class.getName());
		this.ways.put("jars laid out", new Way(List.of(), laidOut, 0));
		if (Runtime.version().feature() >= FIRST_JDK_WITH_AOT_CACHE) {
			add("AOT cache", laidOut, "-XX:AOTCacheOutput=", "-XX:AOTCache=", folder.resolve("application.aot"));
		}
		else {
			add("CDS archive", laidOut, "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile=",
					folder.resolve("application.jsa"));
		}
	}

	private void add(String name, List<String> application, String make, String use, Path file) throws Exception {
		try (ServerProcess server = start(new Way(List.of(make + file), application, 0))) {
			send(server, TRAINING);
			server.stop();
		}
		this.ways.put(name, new Way(List.of(use + file), application, 0));
		this.ways.put(name + ", after " + TRAINING + " requests", new Way(List.of(use + file), application, TRAINING));
	}

	private static Path layOut(Path jar, Path folder) throws IOException, InterruptedException {
		Path destination = folder.resolve("application");
		Process process = new ProcessBuilder(JavaProcess.java(), "-Djarmode=tools", "-jar", jar.toString(), "extract",
				"--destination", destination.toString())
			.inheritIO()
			.start();
		if (process.waitFor() != 0) {
			throw new IllegalStateException("The jar cannot be laid out: " + jar);
		}
		return destination.resolve(jar.getFileName());
	}

	private Times play(Way way, int requests) throws Exception {
		long start = System.nanoTime();
		try (ServerProcess server = start(way)) {
			double seconds = (System.nanoTime() - start) / 1e9;
			if (way.before > 0) {
				send(server, way.before);
			}
			Times times = send(server, requests);
			times.start = seconds;
			return times;
		}
	}

	private ServerProcess start(Way way) throws IOException {
		List<String> options = new ArrayList<>(List.of("-Xmx256m"));
		options.addAll(way.options);
		return ServerProcess.start(this.bed.jdbcUrl(), options, way.application);
	}

	private Times send(ServerProcess server, int requests) throws Exception {
		String user = "first-" + ++this.users;
		Times times = new Times();
		try (HttpConnection connection = new HttpConnection(server.port());
				HttpDevice phone = new HttpDevice(connection, user, "phone");
				HttpDevice tablet = new HttpDevice(connection, user, "tablet")) {
			for (int i = 0; i < requests / 2; i++) {
				times.uploads.recordValue(nanos(phone.upload(UploadMeasures.TYPED, 1)));
				if (i == 0) {
					times.first = times.uploads.getMaxValue() / 1e6;
				}
				times.downloads.recordValue(nanos(tablet.page(i, 1, "{\"server_id\":", 1)));
			}
		}
		return times;
	}

	private static long nanos(Client.Request request) throws Exception {
		long start = System.nanoTime();
		request.send();
		return System.nanoTime() - start;
	}

	private MarkdownTable table() {
		MarkdownTable table = new MarkdownTable("start", "until it answers", "first answer", "upload p50", "upload p99",
				"download p50", "download p99");
		this.times.forEach((name, rounds) -> table.add(name, "%.1f s".formatted(median(rounds, (times) -> times.start)),
				millis(rounds, (times) -> times.first),
				millis(rounds, (times) -> times.uploads.getValueAtPercentile(50) / 1e6),
				millis(rounds, (times) -> times.uploads.getValueAtPercentile(99) / 1e6),
				millis(rounds, (times) -> times.downloads.getValueAtPercentile(50) / 1e6),
				millis(rounds, (times) -> times.downloads.getValueAtPercentile(99) / 1e6)));
		return table;
	}

	private static String millis(List<Times> rounds, ToDoubleFunction<Times> value) {
		return "%.2f ms".formatted(median(rounds, value));
	}

	private static double median(List<Times> rounds, ToDoubleFunction<Times> value) {
		return new Samples(rounds.stream().mapToDouble(value).toArray()).median();
	}

	/**
	 * A way to start the server.
	 *
	 * @param options of Java
	 * @param application class path and main class
	 * @param before the number of requests before the first timed one
	 */
	private record Way(List<String> options, List<String> application, int before) {
	}

	/** The times of a start, and of each request after it. */
	private static final class Times {

		/** Seconds until it answered. */
		private double start;

		/** Milliseconds of the first upload. */
		private double first;

		private final Histogram uploads = new Histogram(3);

		private final Histogram downloads = new Histogram(3);

	}

}
