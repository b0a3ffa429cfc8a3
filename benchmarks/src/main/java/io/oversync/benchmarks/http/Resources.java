/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.oversync.benchmarks.report.MarkdownTable;
import io.oversync.benchmarks.report.Samples;

/**
 * The server's use of resources other than time, without a comparison.
 */
final class Resources {

	private static final int BATCH = 1000;

	private static final int STORED_UPLOADS = 100;

	private static final int PARALLEL_UPLOADS = 64;

	/** Of each of the parallel clients. */
	private static final int UPLOADS = 5;

	private static final int UPLOADS_MAX_SECONDS = 120;

	private static final int STARTS = 5;

	private static final List<String> SMALL_HEAP = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

	private static final Duration REST = Duration.ofSeconds(20);

	private static final String CHANGES = "select count(*), avg(octet_length(payload::text)) from sync.change";

	/** The parts of at least a byte per change, after the total. */
	private static final String SIZES = """
			with part as (
			  select c.relname as name, case c.relkind when 'r' then 'table ' else 'index ' end as kind,
			         case c.relkind when 'r' then pg_table_size(c.oid) else pg_relation_size(c.oid) end as bytes
			  from pg_class c
			  where c.relnamespace = 'sync'::regnamespace and c.relkind in ('r', 'i'))
			select 'all' as name, sum(bytes) as bytes from part
			union all
			select kind || name, bytes from part where bytes >= ?
			order by bytes desc""";

	private final MarkdownTable table = new MarkdownTable("resource", "value");

	private Resources() {
	}

	static MarkdownTable measure() throws Exception {
		Resources resources = new Resources();
		try (TestBed bed = TestBed.open()) {
			resources.storage(bed);
			resources.heap(bed);
			resources.smallHeap(bed);
			resources.startUp(bed);
		}
		return resources.table;
	}

	private void storage(TestBed bed) throws Exception {
		try (HttpDevice phone = bed.device("stored", "phone")) {
			for (int i = 0; i < STORED_UPLOADS; i++) {
				phone.upload(UploadMeasures.PLAIN, BATCH).send();
			}
		}
		try (Connection connection = bed.jdbc();
				PreparedStatement changes = connection.prepareStatement(CHANGES);
				ResultSet counted = changes.executeQuery();
				PreparedStatement sizes = connection.prepareStatement(SIZES)) {
			counted.next();
			long count = counted.getLong(1);
			add("changes stored", "%,d of %.0f bytes".formatted(count, counted.getDouble(2)));
			sizes.setLong(1, count);
			addSizes(sizes, count);
		}
	}

	private void addSizes(PreparedStatement sizes, double changes) throws SQLException {
		try (ResultSet resultSet = sizes.executeQuery()) {
			while (resultSet.next()) {
				add("storage of a change, " + resultSet.getString("name"),
						"%.0f bytes".formatted(resultSet.getLong("bytes") / changes));
			}
		}
	}

	private void heap(TestBed bed) throws Exception {
		uploadInParallel((number) -> bed.device("parallel-" + number, "phone"));
		ServerProcess.Heap heap = bed.heap();
		String name = "heap, %d parallel uploads of %,d, ".formatted(PARALLEL_UPLOADS, BATCH);
		add(name + "most before a collection", heap.peak() + " MB");
		add(name + "most after a collection", heap.live() + " MB");
	}

	/**
	 * The memory of the process, with a heap of a quarter of the usual one.
	 */
	private void smallHeap(TestBed bed) throws Exception {
		String name = "memory of the process with a heap of 256 MB, ";
		try (ServerProcess server = ServerProcess.start(bed.jdbcUrl(), SMALL_HEAP, ServerProcess.application())) {
			add(name + "idle", residentMegabytes(server));
			uploadInParallel((number) -> new HttpDevice(new HttpConnection(server.port()), "small-" + number, "phone"));
			add(name + "after %d parallel uploads of %,d".formatted(PARALLEL_UPLOADS, BATCH),
					residentMegabytes(server));
			add(name + "most", megabytes(server, "VmHWM"));
			Thread.sleep(REST.toMillis());
			add(name + "%d s later".formatted(REST.toSeconds()), residentMegabytes(server));
		}
	}

	private static String residentMegabytes(ServerProcess server) throws IOException {
		return megabytes(server, "VmRSS");
	}

	/** Reads a line of {@code /proc/PID/status}, on Linux. */
	private static String megabytes(ServerProcess server, String name) throws IOException {
		Path status = Path.of("/proc", Long.toString(server.handle().pid()), "status");
		if (!Files.exists(status)) {
			return "-";
		}
		for (String line : Files.readAllLines(status)) {
			if (line.startsWith(name + ":")) {
				return Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB";
			}
		}
		throw new IllegalStateException("No " + name + " in " + status);
	}

	private static void uploadInParallel(Connecting connecting) throws Exception {
		try (Load load = Load.open(PARALLEL_UPLOADS, UPLOADS, (number) -> {
			HttpDevice phone = connecting.connect(number);
			return phone.client(() -> phone.upload(UploadMeasures.PLAIN, BATCH));
		})) {
			load.prepare(1);
			load.run(UPLOADS_MAX_SECONDS);
		}
	}

	private void startUp(TestBed bed) throws IOException {
		Samples with = new Samples();
		Samples without = new Samples();
		for (int i = 0; i < STARTS; i++) {
			with.add(secondsToStart(bed));
			without.add(secondsToStart(bed, "--oversync.enabled=false"));
		}
		add("start-up, median of " + STARTS, "%.1f s".formatted(with.median()));
		add("start-up without Oversync, median of " + STARTS, "%.1f s".formatted(without.median()));
	}

	/** Starts one more server on the same database, and ends it again. */
	private static double secondsToStart(TestBed bed, String... properties) throws IOException {
		long start = System.nanoTime();
		try (ServerProcess another = ServerProcess.start(bed.jdbcUrl(), properties)) {
			return (System.nanoTime() - start) / 1e9;
		}
	}

	private void add(String name, String value) {
		this.table.add(name, value);
	}

	/** Connects the device of a client. */
	private interface Connecting {

		HttpDevice connect(int number) throws IOException;

	}

}
