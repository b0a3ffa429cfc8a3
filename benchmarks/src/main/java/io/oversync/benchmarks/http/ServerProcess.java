/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.oversync.benchmarks.http.server.BenchServer;

import org.springframework.util.FileSystemUtils;

/**
 * The server as a process of its own, with the Java and the class path of the driver.
 */
final class ServerProcess implements AutoCloseable {

	private static final Duration STARTUP = Duration.ofSeconds(90);

	private static final int POLL_MILLIS = 20;

	private static final String GC_LOG = "gc.log";

	private static final String HEAP = "-Xmx1g";

	private final Path folder;

	private final Process process;

	private final int port;

	private ServerProcess(Path folder, List<String> command) throws IOException {
		this.folder = folder;
		this.process = new ProcessBuilder(command).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log().toFile())
			.start();
		this.port = awaitPort();
	}

	/**
	 * Starts one; returns when it answers.
	 * @param jdbcUrl its database
	 * @param properties other properties, as {@code --name=value}
	 */
	static ServerProcess start(String jdbcUrl, String... properties) throws IOException {
		return start(jdbcUrl, List.of(HEAP), application(), properties);
	}

	/**
	 * Starts one with options of the Java virtual machine.
	 * @param jdbcUrl its database
	 * @param options of Java
	 * @param application class path and main class
	 * @param properties other properties, as {@code --name=value}
	 */
	static ServerProcess start(String jdbcUrl, List<String> options, List<String> application, String... properties)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(java());
		command.add("-Xlog:gc:file=" + GC_LOG);
		command.addAll(options);
		command.addAll(application);
		command.add("--spring.datasource.url=" + jdbcUrl);
		command.addAll(List.of(properties));
		return new ServerProcess(Files.createTempDirectory("oversync-bench"), command);
	}

	/** Returns the command of the Java that runs the driver. */
	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/** Returns the class path of the driver and the main class of the server. */
	static List<String> application() {
		List<String> application = new ArrayList<>(List.of("-cp", classPath()));
		application.addAll(mainClass());
		return application;
	}

	private static String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((entry) -> Path.of(entry).toAbsolutePath().toString())
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static List<String> mainClass() {
		String name = BenchServer.class.getName();
		if (ClassLoader.getSystemResource(name.replace('.', '/') + ".class") != null) {
			return List.of(name);
		}
		// inside the executable jar, where only its launcher finds it
		return List.of("-Dloader.main=" + name, "org.springframework.boot.loader.launch.PropertiesLauncher");
	}

	private int awaitPort() throws IOException {
		Path file = this.folder.resolve("application.port");
		long deadline = System.nanoTime() + STARTUP.toNanos();
		while (!Files.exists(file) || Files.size(file) == 0) {
			if (hasEnded() || System.nanoTime() > deadline) {
				this.process.destroyForcibly();
				throw new IllegalStateException(
						"The server does not start:" + System.lineSeparator() + Files.readString(log()));
			}
		}
		return Integer.parseInt(Files.readString(file));
	}

	private boolean hasEnded() {
		try {
			return this.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private Path log() {
		return this.folder.resolve("server.log");
	}

	/** Returns how full the heap has been since the start. */
	GcLog heap() throws IOException {
		return GcLog.parse(Files.readAllLines(this.folder.resolve(GC_LOG)));
	}

	ProcessHandle handle() {
		return this.process.toHandle();
	}

	int port() {
		return this.port;
	}

	/** Ends it as an operator would, so that the JVM writes what it was told to. */
	void stop() throws IOException {
		this.process.getOutputStream().close();
		this.process.onExit().join();
		FileSystemUtils.deleteRecursively(this.folder);
	}

	@Override
	public void close() throws IOException {
		this.process.destroyForcibly().onExit().join();
		FileSystemUtils.deleteRecursively(this.folder);
	}

}
