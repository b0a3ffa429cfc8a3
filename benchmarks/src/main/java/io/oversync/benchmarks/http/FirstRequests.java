/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

import io.oversync.benchmarks.http.server.BenchServer;

import org.springframework.util.FileSystemUtils;

/**
 * The first requests after a start, when little of the server is compiled: uploads of one
 * row and downloads of one change in turn, on one connection. In each round every way to
 * start has its turn.
 */
final class FirstRequests {

	private static final List<String> HEADING = List.of("start", "until it answers", "first answer", "upload p50",
			"upload p99", "download p50", "download p99");

	/** Uploads and downloads together. */
	static final int REQUESTS = 1000;

	private static final int TRAINING = 200;

	private static final int FIRST_JDK_WITH_AOT_CACHE = 25;

	private static final byte[] CHANGE = "{\"server_id\":".getBytes(StandardCharsets.US_ASCII);

	private final Stage stage;

	private final Map<String, Way> ways = new LinkedHashMap<>();

	private final Map<String, List<Times>> times = new LinkedHashMap<>();

	private int users;

	private FirstRequests(Stage stage) {
		this.stage = stage;
	}

	/**
	 * Measures.
	 * @param rounds how often each way is started
	 * @return the medians of the rounds
	 */
	static Table measure(int rounds) throws Exception {
		Path folder = Files.createTempDirectory("oversync-first");
		try (Stage stage = Stage.start()) {
			FirstRequests first = new FirstRequests(stage);
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
			// only the executable jar can be laid out for an archive
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
		Process process = new ProcessBuilder(ServerProcess.java(), "-Djarmode=tools", "-jar", jar.toString(), "extract",
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
			return send(server, requests).after(seconds);
		}
	}

	private ServerProcess start(Way way) throws IOException {
		List<String> options = new ArrayList<>(List.of("-Xmx256m"));
		options.addAll(way.options);
		return ServerProcess.start(this.stage.jdbcUrl(), options, way.application);
	}

	private Times send(ServerProcess server, int requests) throws IOException {
		String user = "first-" + ++this.users;
		Downloader tablet = new Downloader(user, "tablet");
		DoubleStream.Builder uploads = DoubleStream.builder();
		DoubleStream.Builder downloads = DoubleStream.builder();
		try (HttpConnection connection = new HttpConnection(server.port())) {
			UploadClient phone = new UploadClient(connection, new Device(user, UploadLoads.TYPED), 1);
			for (int i = 0; i < requests / 2; i++) {
				Upload upload = phone.prepare();
				uploads.add(millis(() -> phone.send(upload)));
				byte[] page = tablet.page(i, 1, false);
				downloads.add(millis(() -> connection.exchange(page)));
				if (connection.count(CHANGE) != 1) {
					throw new IllegalStateException("Answered " + connection.body());
				}
			}
		}
		return new Times(0, uploads.build().toArray(), downloads.build().toArray());
	}

	private static double millis(Exchange exchange) throws IOException {
		long start = System.nanoTime();
		exchange.send();
		return (System.nanoTime() - start) / 1e6;
	}

	private Table table() {
		Table table = new Table(HEADING);
		this.times.forEach((name,
				rounds) -> table.add(List.of(name, "%.1f s".formatted(median(rounds, (times) -> times.start)),
						millis(rounds, (times) -> times.uploads[0]),
						millis(rounds, (times) -> Statistics.percentile(times.uploads, 50)),
						millis(rounds, (times) -> Statistics.percentile(times.uploads, 99)),
						millis(rounds, (times) -> Statistics.percentile(times.downloads, 50)),
						millis(rounds, (times) -> Statistics.percentile(times.downloads, 99)))));
		return table;
	}

	private static String millis(List<Times> rounds, ToDoubleFunction<Times> value) {
		return "%.2f ms".formatted(median(rounds, value));
	}

	private static double median(List<Times> rounds, ToDoubleFunction<Times> value) {
		return Statistics.median(rounds.stream().map(value::applyAsDouble).toList());
	}

	/**
	 * A way to start the server.
	 *
	 * @param options of Java
	 * @param application class path and main class
	 * @param before how many requests are sent before any is timed
	 */
	private record Way(List<String> options, List<String> application, int before) {
	}

	/**
	 * What a start was like.
	 *
	 * @param start seconds until it answered
	 * @param uploads milliseconds of each
	 * @param downloads milliseconds of each
	 */
	private record Times(double start, double[] uploads, double[] downloads) {

		Times after(double start) {
			return new Times(start, this.uploads, this.downloads);
		}

	}

	/** A request and its answer. */
	private interface Exchange {

		void send() throws IOException;

	}

}
