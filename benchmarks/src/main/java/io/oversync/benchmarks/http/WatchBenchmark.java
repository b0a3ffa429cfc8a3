/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.oversync.benchmarks.http.server.BenchTokens;
import io.oversync.benchmarks.report.MarkdownTable;

/**
 * Devices that wait for news: how soon they are told, and what they cost.
 */
final class WatchBenchmark {

	private static final int OTHERS = 1000;

	private static final int WARM_UP = 300;

	private static final int ROUNDS = 100;

	private static final long IDLE_MILLIS = 10_000;

	private final TestBed bed;

	private final List<Watching> others = new ArrayList<>();

	private long uploads;

	private WatchBenchmark(TestBed bed) {
		this.bed = bed;
	}

	/**
	 * Measures.
	 * @return a table
	 * @throws Exception if the server answers wrongly
	 */
	static MarkdownTable measure() throws Exception {
		try (TestBed bed = TestBed.open()) {
			WatchBenchmark benchmark = new WatchBenchmark(bed);
			try {
				return benchmark.run();
			}
			finally {
				for (Watching other : benchmark.others) {
					other.close();
				}
			}
		}
	}

	private MarkdownTable run() throws Exception {
		MarkdownTable table = new MarkdownTable("devices that watch", "upload to event, p50 / p95 ms",
				"uploads a second", "idle: heap MB", "CPU s in 10 s, driver / server / PostgreSQL");
		try (HttpDevice uploader = this.bed.device("ann", "phone");
				Watching watching = new Watching(this.bed.port(), "ann", "tablet")) {
			times(uploader, watching, WARM_UP);
			this.bed.execute("analyze");
			times(uploader, watching, WARM_UP);
			report(table, "1", uploader, watching);
			for (int i = 0; i < OTHERS; i++) {
				this.others.add(new Watching(this.bed.port(), "other" + i, "tablet"));
			}
			report(table, "1 and %,d of other users".formatted(OTHERS), uploader, watching);
		}
		return table;
	}

	private void report(MarkdownTable table, String devices, HttpDevice uploader, Watching watching) throws Exception {
		long[] times = times(uploader, watching, ROUNDS);
		double rate = rate(uploader);
		watching.awaitHead(this.uploads);
		CpuSeconds before = this.bed.cpuClock().read();
		Thread.sleep(IDLE_MILLIS);
		CpuSeconds idle = this.bed.cpuClock().read().minus(before);
		table.add(devices, "%.1f / %.1f".formatted(times[ROUNDS / 2] / 1e6, times[ROUNDS * 95 / 100] / 1e6),
				"%.0f".formatted(rate), String.valueOf(this.bed.heap()), String.valueOf(idle));
	}

	/** Returns the times from the start of an upload to its event, ascending. */
	private long[] times(HttpDevice uploader, Watching watching, int rounds) throws Exception {
		long[] times = new long[rounds];
		for (int i = 0; i < rounds; i++) {
			long start = System.nanoTime();
			Client.Request upload = uploader.upload("plain", 1);
			upload.send();
			this.uploads++;
			watching.awaitHead(this.uploads);
			times[i] = Math.max(0, watching.received - start);
		}
		Arrays.sort(times);
		return times;
	}

	private double rate(HttpDevice uploader) throws Exception {
		int count = 1000;
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			uploader.upload("plain", 1).send();
		}
		this.uploads += count;
		return count * 1e9 / (System.nanoTime() - start);
	}

	/** A device that watches. */
	private static final class Watching implements AutoCloseable {

		private final Socket socket;

		private volatile long head;

		private volatile long received;

		Watching(int port, String user, String device) throws IOException {
			this.socket = new Socket("127.0.0.1", port);
			this.socket.getOutputStream()
				.write(("GET /sync/watch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
						+ BenchTokens.sign(user, device) + "\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.US_ASCII));
			String status = reader.readLine();
			if (!status.contains(" 200")) {
				throw new IllegalStateException("Answered " + status);
			}
			if (user.equals("ann")) {
				Thread thread = new Thread(() -> read(reader), "watching");
				thread.setDaemon(true);
				thread.start();
			}
		}

		private void read(BufferedReader reader) {
			try {
				String line;
				while ((line = reader.readLine()) != null) {
					if (line.startsWith("data: ")) {
						synchronized (this) {
							this.received = System.nanoTime();
							this.head = Long.parseLong(line.replaceAll("\\D", ""));
							notifyAll();
						}
					}
				}
			}
			catch (IOException ex) {
				// closed
			}
		}

		synchronized void awaitHead(long expected) throws InterruptedException {
			long end = System.nanoTime() + 10_000_000_000L;
			while (this.head < expected) {
				if (System.nanoTime() > end) {
					throw new IllegalStateException("No event for " + expected + " but for " + this.head);
				}
				wait(1000);
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
