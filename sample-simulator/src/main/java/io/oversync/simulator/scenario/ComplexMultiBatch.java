/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncResult;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;

/**
 * Hundreds of rows are written, changed, deleted and added again, in many small uploads
 * and downloads.
 */
final class ComplexMultiBatch extends Scenario {

	private static final int BATCH = 40;

	private static final int PAGE = 50;

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS, SampleTable.FILES };

	ComplexMultiBatch() {
		super("complex-multi-batch",
				"Hundreds of rows go through many upload batches and download pages without losing one.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Consumer<SyncClientBuilder> smallSteps = (builder) -> builder.uploadBatch(BATCH, 1_000_000).downloadPage(PAGE);
		Device phone = stage.device(ann, "phone", smallSteps, TABLES);
		Device tablet = stage.device(ann, "tablet", smallSteps, TABLES);
		List<String> users = shuffled(stage, Edits.addUsers(phone, 300, "user"));
		List<String> posts = shuffled(stage, Edits.addPosts(phone, 600, "post", users.subList(0, 250)));
		List<String> files = addFiles(stage, phone);
		stage.tell("the phone sends 300 users, 600 posts and 200 files, " + BATCH + " at a time");
		requireTaken(stage, stage.sync(phone), 1100);
		stage.tell("the tablet gets them, " + PAGE + " at a time");
		stage.requireEqual("rows that the tablet got", 1100L, stage.hydrate(tablet).rows());

		stage.tell("the phone edits 100 users, 200 posts and 50 files, deletes 20, 100 and 20 others, and adds 25 posts"
				+ " that it deletes at once");
		Edits.inTransaction(phone, () -> changeAndDelete(stage, phone, users, posts, files));
		requireTaken(stage, stage.sync(phone), 350 + 140);
		stage.requireEqual("changes that the tablet received", 350 + 140, stage.sync(tablet).download().applied());

		stage.tell("the tablet adds 10, 50 and 10 of the deleted ones again, while the phone edits 100 more posts");
		Edits.inTransaction(tablet, () -> addAgain(stage, tablet, users, posts, files));
		Edits.renamePosts(phone, posts.subList(200, 300), "edited later");
		requireTaken(stage, stage.sync(tablet), 70);
		requireTaken(stage, stage.sync(phone), 100);
		stage.settle(ann);

		requireCounts(stage, stage.verify(ann));
		RowHistories history = stage.history(ann);
		stage.tell("the server has " + history.size() + " changes");
		stage.requireEqual("changes in the server's stream", 1100 + 350 + 140 + 70 + 100, history.size());
		requireChanges(stage, history, SampleTable.USERS, users, 100, 280, 290);
		requireChanges(stage, history, SampleTable.POSTS, posts, 300, 500, 550);
		requireChanges(stage, history, SampleTable.FILES, files, 50, 180, 190);
		history.requireCountedVersions();
	}

	private static List<String> shuffled(Stage stage, List<String> keys) {
		Collections.shuffle(keys, stage.random());
		return keys;
	}

	private static List<String> addFiles(Stage stage, Device device) {
		List<String> keys = new ArrayList<>();
		Edits.inTransaction(device, () -> {
			for (int i = 1; i <= 200; i++) {
				keys.add(Edits.addFile(device, "file " + i, someBytes(stage)));
			}
		});
		return keys;
	}

	private static byte[] someBytes(Stage stage) {
		byte[] bytes = new byte[1 + stage.random().nextInt(2000)];
		stage.random().nextBytes(bytes);
		return bytes;
	}

	/** The deleted users have no posts. */
	private static void changeAndDelete(Stage stage, Device device, List<String> users, List<String> posts,
			List<String> files) {
		users.subList(0, 100).forEach((user) -> Edits.renameUser(device, user, "edited"));
		posts.subList(0, 200).forEach((post) -> Edits.renamePost(device, post, "edited"));
		files.subList(0, 50).forEach((file) -> Edits.rewriteFile(device, file, someBytes(stage)));
		users.subList(280, 300).forEach((user) -> Edits.delete(device, SampleTable.USERS, user));
		posts.subList(500, 600).forEach((post) -> Edits.delete(device, SampleTable.POSTS, post));
		files.subList(180, 200).forEach((file) -> Edits.delete(device, SampleTable.FILES, file));
		for (int i = 0; i < 25; i++) {
			Edits.delete(device, SampleTable.POSTS, Edits.addPost(device, "not for long", users.get(i)));
		}
	}

	private static void addAgain(Stage stage, Device device, List<String> users, List<String> posts,
			List<String> files) {
		users.subList(280, 290).forEach((user) -> Edits.addUser(device, user, "back again"));
		posts.subList(500, 550).forEach((post) -> Edits.addPost(device, post, "back again", users.get(280)));
		files.subList(180, 190).forEach((file) -> Edits.addFile(device, file, "back again", someBytes(stage)));
	}

	private static void requireTaken(Stage stage, SyncResult result, int expected) {
		stage.requireEqual("changes that the server took", expected, result.upload().applied());
		stage.requireEqual("conflicts", List.of(), result.upload().conflicts());
	}

	private static void requireCounts(Stage stage, Map<String, List<String>> rows) {
		Map<TableModel, Long> expected = Map.of(SampleTable.USERS, 300L - 20 + 10, SampleTable.POSTS, 600L - 100 + 50,
				SampleTable.FILES, 200L - 20 + 10);
		expected.forEach((table, count) -> stage.requireEqual("rows of " + table.sqlName(), count,
				rows.keySet().stream().filter((row) -> row.startsWith(table.rowName(""))).count()));
	}

	/**
	 * Checks what was done to a table's rows: first come those that were edited, then
	 * those that were only written, then those that were deleted and added again, then
	 * those that were deleted.
	 */
	private static void requireChanges(Stage stage, RowHistories history, TableModel table, List<String> keys,
			int edited, int written, int back) {
		requireOps(stage, history, table, keys.subList(0, edited), List.of("INSERT", "UPDATE"));
		requireOps(stage, history, table, keys.subList(edited, written), List.of("INSERT"));
		requireOps(stage, history, table, keys.subList(written, back), List.of("INSERT", "DELETE", "INSERT"));
		requireOps(stage, history, table, keys.subList(back, keys.size()), List.of("INSERT", "DELETE"));
	}

	private static void requireOps(Stage stage, RowHistories history, TableModel table, List<String> keys,
			List<String> expected) {
		Map<String, List<WireEntry>> changes = history.byRow();
		for (String key : keys) {
			String row = table.rowName(key);
			stage.requireEqual("changes of " + row + " in the server's stream", expected,
					changes.getOrDefault(row, List.of()).stream().map(WireEntry::op).toList());
		}
	}

}
