package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.oversync.simulator.device.Device;
import io.oversync.simulator.device.SampleTable;

/**
 * Four devices of a user work in turn and at the same time.
 */
final class MultiDeviceSync implements Scenario {

	private static final int ROUNDS = 4;

	private static final SampleTable[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	@Override
	public String name() {
		return "multi-device-sync";
	}

	@Override
	public String purpose() {
		return "Four devices add, edit and delete, in turn and at the same time, and agree in the end.";
	}

	@Override
	public void play(Stage stage) {
		String ann = stage.user("ann");
		List<Device> devices = Stream.of("phone", "tablet", "laptop", "watch")
			.map((name) -> stage.device(ann, name, TABLES))
			.toList();
		stage.tell("the phone writes a user and 10 posts that all four devices get");
		Device phone = devices.get(0);
		String user = Edits.addUser(phone, "shared by all");
		Map<String, String> titles = new TreeMap<>();
		for (String post : Edits.addPosts(phone, 10, "post", List.of(user))) {
			titles.put(post, "");
		}
		Edits.renamePosts(phone, List.copyOf(titles.keySet()), "first");
		titles.replaceAll((post, title) -> "first");
		devices.forEach(stage::sync);

		for (int turn = 1; turn <= ROUNDS; turn++) {
			stage.tell("turn " + turn + ": one device after the other adds 5 posts, edits 3 and deletes 1");
			for (Device device : devices) {
				stage.sync(device);
				requireTitles(stage, device.toString(), titles, device.rows());
				new Writer(device, user, titles, stage.random()).work("turn " + turn);
				stage.sync(device);
			}
		}
		stage.settle(ann);
		requireTitles(stage, "the server's stream", titles, stage.verify(ann));

		stage.tell("now all four work at the same time, each on its own posts, and all rename the user, " + ROUNDS
				+ " times");
		Set<String> names = ConcurrentHashMap.newKeySet();
		List<Map<String, String>> own = new ArrayList<>();
		List<Runnable> lives = new ArrayList<>();
		for (Device device : devices) {
			Map<String, String> mine = new HashMap<>();
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
		stage.settle(ann);
		own.forEach(titles::putAll);
		Map<String, List<String>> rows = stage.verify(ann);
		requireTitles(stage, "the server's stream", titles, rows);
		List<String> shared = rows.getOrDefault(SampleTable.USERS.rowName(user), List.of(user, "deleted"));
		stage.require(names.contains(shared.get(1)),
				"the name of users " + user + ": expected one of " + names + ", found " + shared.get(1));
		stage.history(ann).requireCountedVersions();
		stage.tell("all agree on " + titles.size() + " posts, and the user is " + shared.get(1));
	}

	private static void requireTitles(Stage stage, String where, Map<String, String> titles,
			Map<String, List<String>> rows) {
		Map<String, List<String>> expected = new TreeMap<>();
		titles.forEach((post, title) -> expected.put(SampleTable.POSTS.rowName(post), List.of(title)));
		Map<String, List<String>> found = new TreeMap<>();
		rows.forEach((row, values) -> {
			if (row.startsWith(SampleTable.POSTS.rowName(""))) {
				found.put(row, values.subList(1, 2));
			}
		});
		stage.requireEqual("what was written", expected, where, found);
	}

	/**
	 * Somebody who writes posts on a device and remembers what they should be.
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
