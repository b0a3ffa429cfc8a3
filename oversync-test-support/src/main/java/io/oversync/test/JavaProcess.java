/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A Java program in a process of its own, with the Java and the class path of this one.
 */
public final class JavaProcess implements AutoCloseable {

	private static final int POLL_MILLIS = 50;

	private static final int LINES_OF_LOG = 30;

	private final Process process;

	private final Path log;

	private JavaProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Starts a process.
	 * @param folder its working directory
	 * @param log the file that its output is appended to
	 * @param command {@link #command}
	 * @return the process
	 */
	public static JavaProcess start(Path folder, Path log, List<String> command) {
		try {
			return new JavaProcess(new ProcessBuilder(command).directory(folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start(), log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns a command that can be run in any folder.
	 * @param javaOptions options of the Java virtual machine
	 * @param mainClass the program
	 * @param arguments its arguments
	 * @return the command
	 */
	public static List<String> command(List<String> javaOptions, Class<?> mainClass, List<String> arguments) {
		List<String> command = new ArrayList<>(List.of(java()));
		command.addAll(javaOptions);
		command.addAll(application(mainClass));
		command.addAll(arguments);
		return command;
	}

	/**
	 * Returns the Java that runs this process.
	 * @return the path of the executable
	 */
	public static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/**
	 * Returns the options that name a program.
	 * @param mainClass the program
	 * @return class path and main class
	 */
	public static List<String> application(Class<?> mainClass) {
		List<String> options = new ArrayList<>(List.of("-cp",
				Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toAbsolutePath().toString())
					.collect(Collectors.joining(File.pathSeparator))));
		String name = mainClass.getName();
		if (ClassLoader.getSystemResource(name.replace('.', '/') + ".class") != null) {
			options.add(name);
		}
		else {
			// inside the executable jar, where only its launcher finds it
			options
				.addAll(List.of("-Dloader.main=" + name, "org.springframework.boot.loader.launch.PropertiesLauncher"));
		}
		return options;
	}

	/**
	 * Waits until the program is up.
	 * @param up returns whether it is up
	 * @param patience the longest time
	 * @throws IllegalStateException with the end of its log if it has ended, or is not up
	 * in time
	 */
	public void await(Callable<Boolean> up, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		try {
			while (!up.call()) {
				if (this.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
					throw new IllegalStateException("The server has ended with " + this.process.exitValue()
							+ " while it started." + tail(this.log));
				}
				if (System.nanoTime() > deadline) {
					throw new IllegalStateException(
							"The server does not answer after " + patience.toSeconds() + " seconds." + tail(this.log));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the server started", ex);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Returns the last lines of a log, for the message of a failure. */
	static String tail(Path log) {
		try {
			// a line that was torn or is no UTF-8 must not hide the others
			List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
			return lines.stream()
				.skip(Math.max(0, lines.size() - LINES_OF_LOG))
				.collect(Collectors.joining(System.lineSeparator(),
						System.lineSeparator() + "The end of " + log + ":" + System.lineSeparator(), ""));
		}
		catch (IOException ex) {
			return System.lineSeparator() + "There is no " + log;
		}
	}

	/**
	 * Returns the process for the operating system.
	 * @return its handle
	 */
	public ProcessHandle handle() {
		return this.process.toHandle();
	}

	/**
	 * Ends the standard input, which some programs take as their end, and waits for them.
	 * @throws IOException if that fails
	 */
	public void endInput() throws IOException {
		this.process.getOutputStream().close();
		this.process.onExit().join();
	}

	/** Kills the process and waits for its end. */
	@Override
	public void close() {
		try {
			this.process.destroyForcibly().waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
