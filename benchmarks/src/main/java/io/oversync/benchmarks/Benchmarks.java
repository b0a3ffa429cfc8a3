package io.oversync.benchmarks;

/**
 * Runs the benchmark that the first argument names.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	public static void main(String[] args) throws Exception {
		switch ((args.length > 0) ? args[0] : "") {
			case "unanalysed" -> new UnanalysedBenchmark().run();
			case "history" -> new HistoryBenchmark().run();
			case "large" -> new LargeUploadBenchmark().run();
			default -> {
				System.err.println("Name a benchmark: unanalysed, history or large");
				System.exit(2);
			}
		}
	}

}
