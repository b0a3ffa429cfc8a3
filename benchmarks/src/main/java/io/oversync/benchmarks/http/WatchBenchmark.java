/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.benchmarks.report.MarkdownTable;

/**
 * Devices that watch: how soon they are told of an upload, alone, beside many others and
 * on another node; and what they cost the uploads.
 */
final class WatchBenchmark {

	private static final int OTHERS = 1000;

	private static final int WARM_UP = 1000;

	private static final int TIMED = 100;

	/** Over a poll interval. */
	private static final int TIMED_ACROSS = 60;

	/** The server notices only at its next heartbeat that a device has gone. */
	static final String ALL_WATCH = "--oversync.watch.total=20000";

	private static final String[] LISTEN = { "--oversync.watch.listen=true" };

	private final TestBed bed;

	private final HttpOptions options;

	private final List<WatchingDevice> others = new ArrayList<>();

	private final MarkdownTable table;

	private long uploads;

	private WatchBenchmark(TestBed bed, HttpOptions options, MarkdownTable table) {
		this.bed = bed;
		this.options = options;
		this.table = table;
	}

	private static MarkdownTable table() {
		return new MarkdownTable("upload to event of a device that watches", "p50 / p95 / p99 ms", "number");
	}

	/** Measures one node, and returns a table. */
	static MarkdownTable measure(HttpOptions options) throws Exception {
		MarkdownTable table = table();
		try (TestBed bed = TestBed.open(ALL_WATCH)) {
			WatchBenchmark benchmark = new WatchBenchmark(bed, options, table);
			try {
				benchmark.oneNode();
			}
			finally {
				benchmark.closeOthers();
			}
		}
		return table;
	}

	/** Measures two nodes, and returns a table. */
	static MarkdownTable measureNodes(HttpOptions options) throws Exception {
		MarkdownTable table = table();
		try (TestBed bed = TestBed.open(); ServerProcess other = ServerProcess.start(bed.jdbcUrl())) {
			new WatchBenchmark(bed, options, table).twoNodes("two nodes, found by polling", other, TIMED_ACROSS);
		}
		try (TestBed bed = TestBed.open(LISTEN); ServerProcess other = ServerProcess.start(bed.jdbcUrl(), LISTEN)) {
			new WatchBenchmark(bed, options, table).twoNodes("two nodes that listen", other, TIMED);
		}
		return table;
	}

	private void oneNode() throws Exception {
		try (HttpDevice uploader = this.bed.device("ann", "phone");
				WatchingDevice watching = new WatchingDevice(this.bed.port(), "ann", "tablet").reading()) {
			times(uploader, watching, WARM_UP);
			this.bed.execute("analyze");
			times(uploader, watching, WARM_UP);
			report("alone", times(uploader, watching, TIMED));
			openOthers();
			times(uploader, watching, WARM_UP);
			report("beside %,d of other users".formatted(OTHERS), times(uploader, watching, TIMED));
			throughput(uploader, watching);
		}
	}

	private void twoNodes(String name, ServerProcess other, int timed) throws Exception {
		try (HttpDevice uploader = this.bed.device("ann", "phone");
				WatchingDevice watching = new WatchingDevice(other.port(), "ann", "tablet").reading()) {
			rate(uploader, WARM_UP);
			this.bed.execute("analyze");
			watching.awaitHead(this.uploads);
			times(uploader, watching, 3);
			report(name, times(uploader, watching, timed));
		}
	}

	private void report(String name, long[] times) {
		this.table.add(name,
				"%.1f / %.1f / %.1f".formatted(percentile(times, 50), percentile(times, 95), percentile(times, 99)),
				String.valueOf(times.length));
		System.err.println(name + ": " + percentile(times, 50) + " / " + percentile(times, 95));
	}

	static double percentile(long[] ascending, int percent) {
		return ascending[Math.min(ascending.length - 1, ascending.length * percent / 100)] / 1e6;
	}

	/** Returns the times from the start of an upload to its event, ascending. */
	private long[] times(HttpDevice uploader, WatchingDevice watching, int rounds) throws Exception {
		long[] times = new long[rounds];
		for (int i = 0; i < rounds; i++) {
			Client.Request upload = uploader.upload("plain", 1);
			long start = System.nanoTime();
			upload.send();
			this.uploads++;
			times[i] = Math.max(0, watching.awaitHead(this.uploads) - start);
		}
		Arrays.sort(times);
		return times;
	}

	/** In turns, since the machine is not the same all the time. */
	private void throughput(HttpDevice uploader, WatchingDevice watching) throws Exception {
		double[] with = new double[this.options.rounds()];
		double[] without = new double[this.options.rounds()];
		int count = 300 * this.options.seconds();
		for (int round = 0; round < this.options.rounds(); round++) {
			with[round] = rate(uploader, count);
			closeOthers();
			// the server notices when it writes
			watching.awaitHead(this.uploads);
			without[round] = rate(uploader, count);
			openOthers();
		}
		Arrays.sort(with);
		Arrays.sort(without);
		double ratio = with[with.length / 2] / without[without.length / 2];
		this.table.add("uploads a second beside %,d that watch / without".formatted(OTHERS),
				"%.0f / %.0f = %.2f".formatted(with[with.length / 2], without[without.length / 2], ratio),
				String.valueOf(with.length));
	}

	private double rate(HttpDevice uploader, int count) throws Exception {
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			uploader.upload("plain", 1).send();
		}
		this.uploads += count;
		return count * 1e9 / (System.nanoTime() - start);
	}

	private void openOthers() throws Exception {
		for (int i = 0; i < OTHERS; i++) {
			this.others.add(new WatchingDevice(this.bed.port(), "other" + i, "tablet"));
		}
	}

	private void closeOthers() throws Exception {
		for (WatchingDevice other : this.others) {
			other.close();
		}
		this.others.clear();
	}

}
