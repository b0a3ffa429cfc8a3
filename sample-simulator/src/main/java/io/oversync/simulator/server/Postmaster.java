/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of PostgreSQL itself. What the embedded one starts is only a launcher, and
 * the process is nobody's child.
 */
final class Postmaster {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int POLL_MILLIS = 100;

	private final Path pidFile;

	private final ProcessHandle process;

	private Postmaster(Path pidFile, ProcessHandle process) {
		this.pidFile = pidFile;
		this.process = process;
	}

	/**
	 * Finds the process that serves a data directory.
	 * @param data the directory
	 * @param notBefore when it was not there yet: an older process only has the number
	 * that was left behind by a crash
	 */
	static Optional<Postmaster> of(Path data, Instant notBefore) {
		Path pidFile = data.resolve("postmaster.pid");
		// the start of a process is known to the hundredth or the second only
		Instant earliest = notBefore.minus(1, ChronoUnit.SECONDS);
		return pid(pidFile).flatMap(ProcessHandle::of)
			.filter((process) -> process.info().startInstant().map((start) -> !start.isBefore(earliest)).orElse(false))
			.map((process) -> new Postmaster(pidFile, process));
	}

	private static Optional<Long> pid(Path pidFile) {
		try {
			return Optional.of(Long.parseLong(Files.readAllLines(pidFile).get(0).trim()));
		}
		catch (IOException | IndexOutOfBoundsException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	/** Waits for its end, but not for ever. */
	void awaitEnd() throws InterruptedException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (isRunning() && System.nanoTime() < deadline) {
			try {
				this.process.onExit().get(POLL_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException | ExecutionException ex) {
				// look again
			}
		}
	}

	/** The end shows in the file first: an unreaped process still counts as alive. */
	private boolean isRunning() {
		return Files.exists(this.pidFile) && this.process.isAlive();
	}

	void kill() {
		if (isRunning()) {
			this.process.destroyForcibly();
		}
	}

}
