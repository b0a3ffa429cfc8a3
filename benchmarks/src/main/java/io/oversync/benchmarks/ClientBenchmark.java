/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import io.oversync.benchmarks.report.Samples;

/**
 * The SQLite client on files of its own, without a network: each figure beside plain JDBC
 * on the same table, in turn.
 */
final class ClientBenchmark {

	static final int ROUNDS = 9;

	void run(String part) throws Exception {
		switch (part) {
			case "capture" -> new CaptureBenchmark().run();
			case "apply" -> new ApplyBenchmark().run();
			case "upload" -> new ClientUploadBenchmark().run();
			case "all" -> {
				new CaptureBenchmark().run();
				new ApplyBenchmark().run();
				new ClientUploadBenchmark().run();
			}
			default -> throw new IllegalArgumentException("Name a part: capture, apply or upload");
		}
	}

	/** Prints the ratio of the times, round by round. */
	static void print(String name, Samples plain, Samples client) {
		Samples ratios = client.dividedBy(plain);
		System.out.printf("%-34s plain %8.1f ms  client %8.1f ms  ratio %.2f (%s)%n", name, plain.median(),
				client.median(), ratios.median(), ratios.range("%.2f"));
	}

}
