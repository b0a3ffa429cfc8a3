/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * CPU seconds, NaN if the system does not report them.
 *
 * @param driver of this process
 * @param server of the application
 * @param postgres of all processes of PostgreSQL
 */
record CpuSeconds(double driver, double server, double postgres) {

	CpuSeconds plus(CpuSeconds other) {
		return new CpuSeconds(this.driver + other.driver, this.server + other.server, this.postgres + other.postgres);
	}

	CpuSeconds minus(CpuSeconds other) {
		return new CpuSeconds(this.driver - other.driver, this.server - other.server, this.postgres - other.postgres);
	}

	@Override
	public String toString() {
		return format(this.driver) + " / " + format(this.server) + " / " + format(this.postgres);
	}

	private static String format(double seconds) {
		return Double.isNaN(seconds) ? "-" : "%.2f".formatted(seconds);
	}

	/**
	 * Reads the CPU time that the processes have used so far.
	 *
	 * @param server the process of the application
	 * @param postmaster the parent of all other processes of PostgreSQL
	 */
	record Clock(ProcessHandle server, ProcessHandle postmaster) {

		/** Of {@code /proc/PID/stat}, on every Linux. */
		private static final double TICKS_PER_SECOND = 100;

		private static final int[] OWN = { 11, 12 };

		private static final int[] WITH_ENDED_CHILDREN = { 11, 12, 13, 14 };

		private static final boolean HAS_PROC = Files.exists(Path.of("/proc/self/stat"));

		CpuSeconds read() throws IOException {
			return new CpuSeconds(seconds(ProcessHandle.current()), seconds(this.server), postgres());
		}

		private static double seconds(ProcessHandle process) {
			return process.info().totalCpuDuration().map((duration) -> duration.toNanos() / 1e9).orElse(Double.NaN);
		}

		private double postgres() throws IOException {
			if (!HAS_PROC) {
				return Double.NaN;
			}
			double seconds = seconds(this.postmaster, WITH_ENDED_CHILDREN);
			for (ProcessHandle child : this.postmaster.children().toList()) {
				seconds += seconds(child, OWN);
			}
			return seconds;
		}

		private static double seconds(ProcessHandle process, int... fields) throws IOException {
			try {
				return seconds(Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat")), fields);
			}
			catch (NoSuchFileException ex) {
				return 0; // it has just ended
			}
		}

		/**
		 * The fields are counted from the one behind the name, which may hold anything.
		 */
		static double seconds(String stat, int... fields) {
			String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			return Arrays.stream(fields).mapToLong((field) -> Long.parseLong(values[field])).sum() / TICKS_PER_SECOND;
		}

	}

}
