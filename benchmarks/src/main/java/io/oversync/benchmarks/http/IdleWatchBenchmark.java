/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.test.JavaProcess;

/**
 * Devices of very many users that watch while nothing happens.
 */
final class IdleWatchBenchmark {

	private static final int DEVICES = Integer.getInteger("oversync.bench.watchers", 10_000);

	/** Tomcat keeps about 110 KB for each, and the server has a heap of 1 GB. */
	private static final int MOST_ON_TOMCAT = 8_000;

	private static final int STEPS = 2;

	private static final long IDLE_MILLIS = 30_000;

	private static final Pattern USED = Pattern.compile("used (\\d+)K");

	private final String container;

	private final TestBed bed;

	private final MarkdownTable table;

	private IdleWatchBenchmark(String container, TestBed bed, MarkdownTable table) {
		this.container = container;
		this.bed = bed;
		this.table = table;
	}

	/** Measures, and returns a table. */
	static MarkdownTable measure() throws Exception {
		MarkdownTable table = new MarkdownTable("container", "devices that watch, idle", "heap MB after a collection",
				"CPU of the server, % of a core", "of PostgreSQL");
		try (TestBed bed = TestBed.open(WatchBenchmark.ALL_WATCH, "--server.tomcat.max-connections=20000",
				"--server.tomcat.accept-count=1000")) {
			new IdleWatchBenchmark("Tomcat", bed, table).run(Math.min(DEVICES, MOST_ON_TOMCAT));
		}
		try (TestBed bed = TestBed.open(WatchBenchmark.ALL_WATCH, ServerProcess.JETTY)) {
			new IdleWatchBenchmark("Jetty", bed, table).run(DEVICES);
		}
		return table;
	}

	private void run(int most) throws Exception {
		List<WatchingDevice> devices = new ArrayList<>();
		try {
			report(0);
			for (int step = 1; step <= STEPS; step++) {
				while (devices.size() < most * step / STEPS) {
					devices.add(new WatchingDevice(this.bed.port(), "user" + devices.size(), "tablet"));
				}
				awaitNotes(devices.size());
				report(devices.size());
			}
		}
		finally {
			for (WatchingDevice device : devices) {
				device.close();
			}
		}
	}

	/** That they were seen is written once. */
	private void awaitNotes(int count) throws Exception {
		try (Connection connection = this.bed.jdbc(); Statement statement = connection.createStatement()) {
			long written = 0;
			while (written < count) {
				Thread.sleep(500);
				try (ResultSet row = statement.executeQuery("select count(*) from sync.device")) {
					row.next();
					written = row.getLong(1);
				}
			}
		}
	}

	private void report(int devices) throws Exception {
		CpuSeconds before = this.bed.cpuClock().read();
		Thread.sleep(IDLE_MILLIS);
		CpuSeconds idle = this.bed.cpuClock().read().minus(before);
		this.table.add(this.container, "%,d".formatted(devices), String.valueOf(heap()),
				"%.1f".formatted(idle.server() * 100_000 / IDLE_MILLIS),
				"%.1f".formatted(idle.postgres() * 100_000 / IDLE_MILLIS));
		System.err.println(this.container + ", " + devices + " devices: " + heap() + " MB, CPU s " + idle);
	}

	private long heap() throws Exception {
		jcmd("GC.run");
		Matcher used = USED.matcher(jcmd("GC.heap_info"));
		return used.find() ? Long.parseLong(used.group(1)) / 1024 : -1;
	}

	private String jcmd(String command) throws Exception {
		String pid = String.valueOf(this.bed.cpuClock().server().pid());
		Process process = new ProcessBuilder(Path.of(JavaProcess.java()).resolveSibling("jcmd").toString(), pid,
				command)
			.redirectErrorStream(true)
			.start();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
