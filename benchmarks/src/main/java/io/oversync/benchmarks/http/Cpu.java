/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * CPU seconds, NaN where the system does not tell.
 *
 * @param driver of this process
 * @param server of the application
 * @param postgres of all processes of PostgreSQL
 */
record Cpu(double driver, double server, double postgres) {

	static final Cpu NONE = new Cpu(0, 0, 0);

	Cpu plus(Cpu other) {
		return new Cpu(this.driver + other.driver, this.server + other.server, this.postgres + other.postgres);
	}

	Cpu minus(Cpu other) {
		return new Cpu(this.driver - other.driver, this.server - other.server, this.postgres - other.postgres);
	}

	@Override
	public String toString() {
		return format(this.driver) + " / " + format(this.server) + " / " + format(this.postgres);
	}

	private static String format(double seconds) {
		return Double.isNaN(seconds) ? "-" : "%.2f".formatted(seconds);
	}

}
