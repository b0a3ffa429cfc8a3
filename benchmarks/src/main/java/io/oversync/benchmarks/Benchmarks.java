/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.Arrays;

import io.oversync.benchmarks.http.HttpBenchmark;

/**
 * Runs the benchmark named by the first argument.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) throws Exception {
		switch ((args.length > 0) ? args[0] : "") {
			case "unanalysed" -> new UnanalysedBenchmark().run();
			case "history" -> new HistoryBenchmark().run();
			case "large" -> new LargeUploadBenchmark().run();
			case "shapes" -> new ShapesBenchmark().run(Arrays.asList(args).subList(1, args.length));
			case "writes" -> new WritesBenchmark().run();
			case "captured" -> new CapturedBenchmark().run();
			case "compaction" ->
				new CompactionBenchmark().run(10_000, (args.length > 1) ? Integer.parseInt(args[1]) : 100);
			case "client" -> new ClientBenchmark().run((args.length > 1) ? args[1] : "all");
			case "http" -> HttpBenchmark.of(Arrays.asList(args).subList(1, args.length)).run();
			default -> {
				System.err.println(
						"Name a benchmark: unanalysed, history, large, shapes, writes, captured, compaction, client or http");
				System.exit(2);
			}
		}
	}

}
