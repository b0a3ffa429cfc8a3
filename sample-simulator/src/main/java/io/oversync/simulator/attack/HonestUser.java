/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.StreamReader;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.UnreachableServerException;
import io.oversync.verification.device.WireEntry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DataAccessException;

/**
 * A user with some devices that sync all the time and record the server's answers.
 */
final class HonestUser implements AutoCloseable {

	private static final int DEVICES = 4;

	/** Of each device: 20 requests a second together. */
	private static final Duration PERIOD = Duration.ofMillis(200);

	private static final int PATIENCE_SECONDS = 60;

	private static final JsonMapper mapper = new JsonMapper();

	private final SyncTarget target;

	private final String name;

	private final List<HonestDevice> devices = new ArrayList<>();

	private final ExecutorService threads = Executors.newFixedThreadPool(DEVICES);

	/**
	 * Signs the devices in.
	 * @param target the server
	 * @param name the user's name, which must be new
	 */
	HonestUser(SyncTarget target, String name) {
		this.target = target;
		this.name = name;
		for (int i = 0; i < DEVICES; i++) {
			this.devices.add(new HonestDevice(target, name, "device" + i));
		}
	}

	/** Begins to sync. */
	void start() {
		long begin = System.nanoTime();
		for (int i = 0; i < DEVICES; i++) {
			HonestDevice device = this.devices.get(i);
			long first = begin + PERIOD.toNanos() * i / DEVICES;
			this.threads.execute(() -> device.syncEvery(PERIOD, first));
		}
	}

	/**
	 * Stops after the current requests.
	 * @return all requests
	 */
	List<Call> stop() throws InterruptedException {
		this.devices.forEach(HonestDevice::stop);
		this.threads.shutdown();
		if (!this.threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The honest user's requests come to no end");
		}
		return this.devices.stream().flatMap((device) -> device.calls().stream()).toList();
	}

	/**
	 * Compares the acknowledged rows with the server's.
	 * @param jdbcUrl the server's database
	 * @return the differences
	 */
	List<String> differences(String jdbcUrl) {
		List<String> differences = new ArrayList<>();
		Map<String, String> expected = new TreeMap<>();
		for (HonestDevice device : this.devices) {
			if (!device.settle()) {
				differences.add(device + " has an upload that is never taken");
			}
			differences.addAll(device.surprises());
			expected.putAll(device.rows());
		}
		try {
			compare("the stream", expected, stream(), differences);
			compare("the table", expected, table(jdbcUrl), differences);
		}
		catch (UnreachableServerException | DataAccessException ex) {
			differences.add("they cannot be read: " + ex.getMessage());
		}
		return differences;
	}

	/** Returns the last state of each row in the stream, with its version. */
	private Map<String, String> stream() {
		Map<String, String> rows = new TreeMap<>();
		for (WireEntry entry : new StreamReader(this.target, this.name).readAll()) {
			String content = mapper.readTree(entry.payload()).path("name").asString() + " v" + entry.version();
			rows.put(entry.pk(), content);
		}
		return rows;
	}

	private Map<String, String> table(String jdbcUrl) {
		Map<String, String> rows = new TreeMap<>();
		new ServerTables(jdbcUrl, SampleTable.ALL)
			.texts("select id || ' ' || name || ' v' || email from business.users where owner_id = ?", this.name)
			.forEach((row) -> rows.put(row.substring(0, row.indexOf(' ')), row.substring(row.indexOf(' ') + 1)));
		return rows;
	}

	/** Adds the differences between two sets of rows. */
	static void compare(String where, Map<String, String> expected, Map<String, String> actual,
			List<String> differences) {
		expected.forEach((key, content) -> {
			String found = actual.get(key);
			if (!content.equals(found)) {
				differences.add("row " + key + " is " + ((found != null) ? "'" + found + "'" : "missing") + " in "
						+ where + " instead of '" + content + "'");
			}
		});
		actual.keySet()
			.stream()
			.filter((key) -> !expected.containsKey(key))
			.forEach((key) -> differences.add("row " + key + " in " + where + " was never sent"));
	}

	@Override
	public void close() {
		this.devices.forEach(HonestDevice::stop);
		this.threads.shutdownNow();
	}

}
