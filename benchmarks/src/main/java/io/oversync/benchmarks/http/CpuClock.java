/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/**
 * Tells how much CPU the processes have used so far.
 */
final class CpuClock {

	/** Of {@code /proc/PID/stat}, on every Linux. */
	private static final double TICKS_PER_SECOND = 100;

	private static final int USER_TIME = 11;

	private static final int SYSTEM_TIME = 12;

	private static final int USER_TIME_OF_ENDED_CHILDREN = 13;

	private static final int SYSTEM_TIME_OF_ENDED_CHILDREN = 14;

	private static final boolean HAS_PROC = Files.exists(Path.of("/proc/self/stat"));

	private final OperatingSystemMXBean driver = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final ProcessHandle server;

	private final long postgres;

	CpuClock(ProcessHandle server, long postgres) {
		this.server = server;
		this.postgres = postgres;
	}

	Cpu read() throws IOException {
		return new Cpu(this.driver.getProcessCpuTime() / 1e9, server(), HAS_PROC ? postgres() : Double.NaN);
	}

	private double server() {
		return this.server.info()
			.totalCpuDuration()
			.map(Duration::toNanos)
			.map((nanos) -> nanos / 1e9)
			.orElse(Double.NaN);
	}

	private double postgres() throws IOException {
		double seconds = 0;
		for (ProcessHandle child : ProcessHandle.of(this.postgres).stream().flatMap(ProcessHandle::children).toList()) {
			seconds += seconds(child.pid(), USER_TIME, SYSTEM_TIME);
		}
		return seconds + seconds(this.postgres, USER_TIME, SYSTEM_TIME, USER_TIME_OF_ENDED_CHILDREN,
				SYSTEM_TIME_OF_ENDED_CHILDREN);
	}

	private static double seconds(long pid, int... fields) throws IOException {
		try {
			return seconds(Files.readString(Path.of("/proc", Long.toString(pid), "stat")), fields);
		}
		catch (NoSuchFileException ex) {
			return 0; // it has just ended
		}
	}

	/** The fields are counted from the one behind the name, which may hold anything. */
	static double seconds(String stat, int... fields) {
		List<String> values = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
		double ticks = 0;
		for (int field : fields) {
			ticks += Long.parseLong(values.get(field));
		}
		return ticks / TICKS_PER_SECOND;
	}

}
