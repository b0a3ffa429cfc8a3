/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.Together;

/**
 * Four devices of a user work in turn and at the same time.
 */
final class MultiDeviceSync extends Scenario {

	private static final int ROUNDS = 4;

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	MultiDeviceSync() {
		super("multi-device-sync",
				"Four devices add, edit and delete, in turn and at the same time, and agree in the end.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		List<Device> devices = Stream.of("phone", "tablet", "laptop", "watch")
			.map((name) -> stage.device(ann, name, TABLES))
			.toList();
		stage.tell("the phone writes a user that all four devices get");
		String user = Edits.addUser(devices.get(0), "shared by all");
		devices.forEach(stage::sync);
		Map<String, String> titles = new TreeMap<>();
		workInTurn(stage, devices, user, titles);
		workAtTheSameTime(stage, devices, user, titles);
		stage.history(ann).requireCountedVersions();
	}

	private static void workInTurn(Stage stage, List<Device> devices, String user, Map<String, String> titles) {
		for (int turn = 1; turn <= ROUNDS; turn++) {
			stage.tell("turn " + turn + ": one device after the other adds 5 posts, edits 3 of any and deletes 1");
			for (Device device : devices) {
				stage.sync(device);
				Titles.require(stage, device.toString(), titles, device.rows());
				new Writer(device, user, titles, stage.random()).work("turn " + turn);
				stage.sync(device);
			}
		}
		stage.settle(devices.get(0).user());
		Titles.require(stage, "the server's stream", titles, stage.verify(devices.get(0).user()));
	}

	private static void workAtTheSameTime(Stage stage, List<Device> devices, String user, Map<String, String> titles) {
		stage.tell("all four work at the same time, each on posts of its own, and all rename the user, " + ROUNDS
				+ " times each");
		Set<String> names = ConcurrentHashMap.newKeySet();
		List<Map<String, String>> own = new ArrayList<>();
		List<Runnable> lives = new ArrayList<>();
		for (Device device : devices) {
			Map<String, String> mine = new TreeMap<>();
			own.add(mine);
			Writer writer = new Writer(device, user, mine, new Random(stage.random().nextLong()));
			lives.add(() -> {
				for (int round = 1; round <= ROUNDS; round++) {
					writer.work("round " + round);
					String name = "named by the " + device.name() + ", round " + round;
					names.add(name);
					Edits.renameUser(device, user, name);
					stage.sync(device);
				}
			});
		}
		Together.run(lives);
		own.forEach(titles::putAll);
		stage.settle(devices.get(0).user());
		Map<String, List<String>> rows = stage.verify(devices.get(0).user());
		Titles.require(stage, "the server's stream", titles, rows);
		// the server's row wins a conflict, whichever that was
		List<String> winner = rows.getOrDefault(SampleTable.USERS.rowName(user), List.of(user, "deleted"));
		stage.require(names.contains(winner.get(1)),
				"name of users " + user + ": expected one of " + names + ", found " + winner.get(1));
		stage.tell("all agree on " + titles.size() + " posts, and on the user " + winner.get(1));
	}

	/**
	 * An author on a device, with the expected posts.
	 */
	private static final class Writer {

		private final Device device;

		private final String author;

		private final Map<String, String> titles;

		private final List<String> posts;

		private final Random random;

		Writer(Device device, String author, Map<String, String> titles, Random random) {
			this.device = device;
			this.author = author;
			this.titles = titles;
			this.posts = new ArrayList<>(titles.keySet());
			this.random = random;
		}

		/** Adds 5 posts, edits 3 and deletes 1. */
		void work(String when) {
			for (int i = 1; i <= 5; i++) {
				String title = "post " + i + " of the " + this.device.name() + ", " + when;
				String post = Edits.addPost(this.device, title, this.author);
				this.titles.put(post, title);
				this.posts.add(post);
			}
			for (int i = 1; i <= 3; i++) {
				String post = this.posts.get(this.random.nextInt(this.posts.size()));
				String title = "edit " + i + " by the " + this.device.name() + ", " + when;
				Edits.renamePost(this.device, post, title);
				this.titles.put(post, title);
			}
			String deleted = this.posts.remove(this.random.nextInt(this.posts.size()));
			Edits.delete(this.device, SampleTable.POSTS, deleted);
			this.titles.remove(deleted);
		}

	}

}
