/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.ArrayList;
import java.util.List;

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

	/** Prints how many times as long the second takes, round by round. */
	static void print(String name, List<Double> plain, List<Double> client) {
		List<Double> ratios = new ArrayList<>();
		for (int round = 0; round < plain.size(); round++) {
			ratios.add(client.get(round) / plain.get(round));
		}
		ratios.sort(null);
		System.out.printf("%-34s plain %8.1f ms  client %8.1f ms  ratio %.2f (%.2f to %.2f)%n", name,
				Bench.median(plain), Bench.median(client), Bench.median(ratios), ratios.get(0),
				ratios.get(ratios.size() - 1));
	}

}
