/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.oversync.client.ConflictResolver;
import io.oversync.client.SyncResult;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.Together;
import io.oversync.verification.device.WireEntry;

/**
 * Devices that resolve conflicts in different ways fight for the same rows.
 */
final class MultiDeviceComplex extends Scenario {

	private static final int ROWS = 8;

	private static final int ROUNDS = 6;

	MultiDeviceComplex() {
		super("multi-device-complex",
				"Devices that delete, edit and add the same rows again at the same time agree in the end.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Map<String, ConflictResolver> resolvers = new LinkedHashMap<>();
		resolvers.put("phone", ConflictResolver.serverWins());
		resolvers.put("tablet", ConflictResolver.clientWins());
		resolvers.put("laptop", ConflictResolver.lastWriter("updated_at"));
		resolvers.put("watch", ConflictResolver.threeWayMerge());
		List<Device> devices = new ArrayList<>();
		resolvers.forEach((name, resolver) -> devices
			.add(stage.device(ann, name, (builder) -> builder.resolver(resolver), SampleTable.USERS)));
		stage.tell("the phone writes " + ROWS + " users that four devices get; each resolves conflicts its own way");
		List<String> keys = Edits.addUsers(devices.get(0), ROWS, "user");
		devices.forEach(stage::sync);
		stage.verify(ann);

		Set<String> names = ConcurrentHashMap.newKeySet();
		for (int round = 1; round <= ROUNDS; round++) {
			List<SyncResult> results = race(stage, round, devices, keys, names);
			stage.tell("round " + round + ": all delete, edit and add the same users again and sync at the same time: "
					+ results.stream().mapToInt(MultiDeviceComplex::conflicts).sum() + " conflicts");
		}
		stage.settle(ann);
		Map<String, List<String>> rows = stage.verify(ann);
		RowHistories history = stage.history(ann);
		stage.tell("all agree: " + rows.size() + " of " + ROWS + " users are left after " + history.size()
				+ " changes on the server");
		requireWritten(stage, keys, names, rows);
		history.requireCountedVersions();
		requireAlternation(stage, history);
	}

	private static List<SyncResult> race(Stage stage, int round, List<Device> devices, List<String> keys,
			Set<String> names) {
		List<SyncResult> results = new ArrayList<>();
		List<Runnable> tasks = new ArrayList<>();
		for (Device device : devices) {
			Random random = new Random(stage.random().nextLong());
			tasks.add(() -> {
				for (String key : keys) {
					change(device, key, device.name() + " " + round, random, names);
				}
				SyncResult result = stage.sync(device);
				synchronized (results) {
					results.add(result);
				}
			});
		}
		Together.run(tasks);
		return results;
	}

	private static void change(Device device, String key, String name, Random random, Set<String> names) {
		boolean there = !device.query("SELECT 1 FROM users WHERE id = ?", key).isEmpty();
		boolean delete = random.nextBoolean();
		if (there && delete) {
			Edits.delete(device, SampleTable.USERS, key);
		}
		// half of the deleted rows come back before other devices sync
		if (!there || (delete && random.nextBoolean())) {
			names.add(name);
			Edits.addUser(device, key, name);
		}
		else if (!delete) {
			names.add(name);
			Edits.renameUser(device, key, name);
		}
	}

	private static int conflicts(SyncResult result) {
		return result.upload().conflicts().size() + result.download().conflicts().size();
	}

	private static void requireWritten(Stage stage, List<String> keys, Set<String> names,
			Map<String, List<String>> rows) {
		List<String> raced = keys.stream().map(SampleTable.USERS::rowName).toList();
		rows.forEach((row, values) -> {
			stage.require(raced.contains(row), "the server's stream: expected only " + raced + ", found " + row);
			stage.require(names.contains(values.get(1)),
					"name of " + row + ": expected one of " + names + ", found " + values.get(1));
		});
	}

	/** A deleted row cannot be deleted again. */
	private static void requireAlternation(Stage stage, RowHistories history) {
		history.byRow().forEach((row, changes) -> {
			String ops = String.join(" ", changes.stream().map(WireEntry::op).toList());
			stage.require(!ops.contains("DELETE DELETE"),
					"the server's stream: expected no two deletes of " + row + " in a row, found " + ops);
		});
	}

}
