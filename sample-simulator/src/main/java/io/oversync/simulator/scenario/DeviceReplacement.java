/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.client.HydrateResult;
import io.oversync.client.SyncResult;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;

/**
 * A phone is lost and replaced, and found again later.
 */
final class DeviceReplacement extends Scenario {

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	DeviceReplacement() {
		super("device-replacement",
				"A new device takes over from a lost one with everything that was synced, and the old one may come back.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Device phone = stage.device(ann, "old-phone", TABLES);
		stage.tell("the old phone writes 5 users and 40 posts, and syncs");
		List<String> authors = Edits.addUsers(phone, 5, "user");
		List<String> posts = Edits.addPosts(phone, 40, "post", authors);
		// the remaining posts
		Map<String, String> titles = new HashMap<>();
		noteAdded(titles, posts, "post");
		stage.sync(phone);
		Map<String, List<String>> synced = phone.rows();
		loseAfterOfflineWork(stage, phone, authors, posts, titles);
		Device replacement = replace(stage, ann, synced);
		workOn(stage, replacement, authors, posts, titles);
		findAgain(stage, ann, posts.subList(0, 5));

		stage.settle(ann);
		Map<String, List<String>> rows = stage.verify(ann);
		Titles.require(stage, "the server's stream", titles, rows);
		stage.requireEqual("users and posts", authors.size() + titles.size(), rows.size());
		stage.history(ann).requireCountedVersions();
	}

	private static void loseAfterOfflineWork(Stage stage, Device phone, List<String> authors, List<String> posts,
			Map<String, String> titles) {
		stage.tell("offline, it edits 10 posts, adds 3 and deletes 2, and is lost before it could sync");
		stage.disconnect(phone);
		Edits.renamePosts(phone, posts.subList(0, 10), "written on the way");
		posts.subList(0, 10).forEach((post) -> titles.put(post, "written on the way"));
		noteAdded(titles, Edits.addPosts(phone, 3, "added on the way", authors), "added on the way");
		for (String post : posts.subList(38, 40)) {
			Edits.delete(phone, SampleTable.POSTS, post);
			titles.remove(post);
		}
		stage.failToSync(phone);
		requirePending(stage, phone, 15);
		stage.retire(phone);
	}

	private static Device replace(Stage stage, String user, Map<String, List<String>> synced) {
		Device replacement = stage.device(user, "new-phone", TABLES);
		HydrateResult hydrated = stage.hydrate(replacement);
		stage.tell("a new phone gets all " + hydrated.rows() + " rows; the 15 changes that were never synced are"
				+ " gone with the old one, and nothing else");
		stage.requireEqual("rows that the new phone got", 45L, hydrated.rows());
		stage.requireEqual("the old phone when it last synced", synced, replacement.toString(), replacement.rows());
		stage.verify(user);
		return replacement;
	}

	private static void workOn(Stage stage, Device replacement, List<String> authors, List<String> posts,
			Map<String, String> titles) {
		stage.tell("the new phone edits 4 of the posts that were edited on the old one, deletes one, adds 6 and syncs");
		Edits.renamePosts(replacement, posts.subList(0, 4), "written on the new phone");
		posts.subList(0, 4).forEach((post) -> titles.put(post, "written on the new phone"));
		Edits.delete(replacement, SampleTable.POSTS, posts.get(4));
		titles.remove(posts.get(4));
		noteAdded(titles, Edits.addPosts(replacement, 6, "new post", authors), "new post");
		SyncResult result = stage.sync(replacement);
		stage.requireEqual("changes that the server took from the new phone", 11, result.upload().applied());
		stage.verify(replacement.user());
	}

	private static void findAgain(Stage stage, String user, List<String> editedOnBoth) {
		Device found = stage.device(user, "old-phone", TABLES);
		requirePending(stage, found, 15);
		SyncResult late = stage.sync(found);
		stage.tell("the old phone is found and syncs: 10 of its changes arrive, and "
				+ late.download().conflicts().size() + " lose against what the new phone did");
		stage.requireEqual("changes that the server took from the old phone", 10, late.upload().applied());
		stage.requireEqual("posts with a reported conflict", editedOnBoth.stream().sorted().toList(),
				late.download().conflicts().stream().map((conflict) -> conflict.conflict().pk()).sorted().toList());
	}

	/** As {@link Edits#addPosts} has called them. */
	private static void noteAdded(Map<String, String> titles, List<String> posts, String title) {
		for (int i = 0; i < posts.size(); i++) {
			titles.put(posts.get(i), title + " " + (i + 1));
		}
	}

	private static void requirePending(Stage stage, Device device, long expected) {
		stage.requireEqual("unsynced changes of " + device, expected, device.client().status().pending());
	}

}
