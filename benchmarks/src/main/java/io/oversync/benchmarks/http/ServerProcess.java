/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.benchmarks.http.server.BenchServer;
import io.oversync.test.JavaProcess;

import org.springframework.util.FileSystemUtils;

/**
 * The server as a process of its own, with the Java and the class path of the driver.
 */
final class ServerProcess implements AutoCloseable {

	private static final Duration STARTUP = Duration.ofSeconds(90);

	private static final String GC_LOG = "gc.log";

	private static final String HEAP = "-Xmx1g";

	private static final String EXCLUDE = "--spring.autoconfigure.exclude=";

	private static final String TOMCAT = EXCLUDE
			+ "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";

	/** A property that has a server run on Jetty instead of Tomcat. */
	static final String JETTY = EXCLUDE
			+ "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";

	private final Path folder;

	private final JavaProcess process;

	private final int port;

	private ServerProcess(Path folder, List<String> command) throws IOException {
		this.folder = folder;
		this.process = JavaProcess.start(folder, folder.resolve("server.log"), command);
		Path file = folder.resolve("application.port");
		try {
			this.process.await(() -> Files.exists(file) && Files.size(file) > 0, STARTUP);
		}
		catch (RuntimeException ex) {
			this.process.close();
			throw ex;
		}
		this.port = Integer.parseInt(Files.readString(file));
	}

	/**
	 * Starts a server and returns when it answers.
	 * @param jdbcUrl its database
	 * @param properties other properties, as {@code --name=value}
	 */
	static ServerProcess start(String jdbcUrl, String... properties) throws IOException {
		return start(jdbcUrl, List.of(HEAP), application(), properties);
	}

	/**
	 * Starts a server with options of the Java virtual machine.
	 * @param jdbcUrl its database
	 * @param options of Java
	 * @param application class path and main class
	 * @param properties other properties, as {@code --name=value}
	 */
	static ServerProcess start(String jdbcUrl, List<String> options, List<String> application, String... properties)
			throws IOException {
		List<String> command = new ArrayList<>(List.of(JavaProcess.java(), "-Xlog:gc:file=" + GC_LOG));
		command.addAll(options);
		command.addAll(application);
		command.add("--spring.datasource.url=" + jdbcUrl);
		command.addAll(List.of(properties));
		if (!command.contains(JETTY)) {
			command.add(TOMCAT);
		}
		return new ServerProcess(Files.createTempDirectory("oversync-bench"), command);
	}

	/** Returns the class path of the driver and the main class of the server. */
	static List<String> application() {
		return JavaProcess.application(BenchServer.class);
	}

	/** Returns the use of the heap since the start. */
	Heap heap() throws IOException {
		return Heap.parse(Files.readAllLines(this.folder.resolve(GC_LOG)));
	}

	ProcessHandle handle() {
		return this.process.handle();
	}

	int port() {
		return this.port;
	}

	/** Ends the server as an operator would, so that the JVM writes its output. */
	void stop() throws IOException {
		this.process.endInput();
	}

	@Override
	public void close() throws IOException {
		this.process.close();
		FileSystemUtils.deleteRecursively(this.folder);
	}

	/**
	 * The heap in the log of the garbage collector ({@code -Xlog:gc}). It is fullest
	 * before a collection.
	 *
	 * @param peak the most megabytes before a collection
	 * @param live the most megabytes after one
	 */
	record Heap(int peak, int live) {

		private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

		static Heap parse(List<String> lines) {
			int peak = 0;
			int live = 0;
			for (String line : lines) {
				Matcher matcher = COLLECTION.matcher(line);
				if (matcher.find()) {
					peak = Math.max(peak, Integer.parseInt(matcher.group(1)));
					live = Math.max(live, Integer.parseInt(matcher.group(2)));
				}
			}
			return new Heap(peak, live);
		}

	}

}
