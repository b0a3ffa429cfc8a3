/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.client.SyncResult;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;

/**
 * Two devices work on without a network, again and again.
 */
final class OfflineOnline extends Scenario {

	private static final int STRETCHES = 3;

	private static final int POSTS = 20;

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	OfflineOnline() {
		super("offline-online",
				"What is done offline, or while one direction is paused, arrives when the network is back.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Device phone = stage.device(ann, "phone", TABLES);
		Device tablet = stage.device(ann, "tablet", TABLES);
		stage.tell("the phone writes a user and " + 2 * POSTS + " posts, and both devices sync");
		String author = Edits.addUser(phone, "Ann");
		List<String> posts = new ArrayList<>(Edits.addPosts(phone, 2 * POSTS, "post", List.of(author)));
		stage.sync(phone);
		stage.sync(tablet);
		stage.verify(ann);
		for (int stretch = 1; stretch <= STRETCHES; stretch++) {
			workOffline(stage, phone, tablet, stretch, posts);
		}
		pauseUploads(stage, phone, tablet, posts);
		pauseDownloads(stage, phone, tablet, posts);
		Map<String, List<String>> rows = stage.verify(ann);
		// the first posts, and what each device added in each stretch
		stage.requireEqual("rows of " + ann, 1 + 2 * POSTS + 2 * STRETCHES, rows.size());
		stage.history(ann).requireCountedVersions();
	}

	/**
	 * The phone edits the first half of the posts, the tablet the second, both add one.
	 */
	private static void workOffline(Stage stage, Device phone, Device tablet, int stretch, List<String> posts) {
		List<Device> devices = List.of(phone, tablet);
		for (Device device : devices) {
			stage.tell("the " + device.name() + " goes offline, edits " + POSTS + " posts and adds one");
			stage.disconnect(device);
			Edits.renamePosts(device, ofDevice(device, posts), title(device, stretch));
			Edits.addPost(device, "a new one of the " + title(device, stretch), null);
			requirePending(stage, device, POSTS + 1);
			stage.failToSync(device);
			requirePending(stage, device, POSTS + 1);
		}
		int first = stage.random().nextInt(devices.size());
		for (Device device : List.of(devices.get(first), devices.get(1 - first))) {
			stage.tell("the " + device.name() + " is online again and syncs");
			stage.connect(device);
			SyncResult result = stage.sync(device);
			stage.requireEqual("changes that the server took from " + device, POSTS + 1, result.upload().applied());
			stage.requireEqual("conflicts of " + device, List.of(), result.upload().conflicts());
		}
		stage.settle(phone.user());
		stage.verify(phone.user());
		for (Device device : devices) {
			for (Device seenOn : devices) {
				requireTitles(stage, seenOn, ofDevice(device, posts), title(device, stretch));
			}
		}
	}

	private static void pauseUploads(Stage stage, Device phone, Device tablet, List<String> posts) {
		List<String> mine = posts.subList(0, 5);
		List<String> theirs = posts.subList(5, 10);
		stage.tell("the phone pauses its uploads, edits 5 posts and syncs: it only receives what the tablet wrote");
		phone.client().pauseUploads();
		Edits.renamePosts(phone, mine, "while uploads were paused");
		Edits.renamePosts(tablet, theirs, "for the phone that does not send");
		stage.sync(tablet);
		SyncResult paused = stage.sync(phone);
		stage.requireEqual("changes sent by a phone with paused uploads", 0, paused.upload().uploaded());
		stage.requireEqual("changes received by a phone with paused uploads", 5, paused.download().applied());
		requirePending(stage, phone, 5);
		stage.sync(tablet);
		requireTitles(stage, tablet, mine, title(phone, STRETCHES));
		stage.tell("the phone resumes its uploads, and its 5 edits arrive");
		phone.client().resumeUploads();
		stage.requireEqual("changes that the server took after the pause", 5, stage.sync(phone).upload().applied());
		stage.sync(tablet);
		requireTitles(stage, tablet, mine, "while uploads were paused");
		requireTitles(stage, phone, theirs, "for the phone that does not send");
		stage.verify(phone.user());
	}

	private static void pauseDownloads(Stage stage, Device phone, Device tablet, List<String> posts) {
		List<String> mine = posts.subList(10, 15);
		List<String> theirs = posts.subList(15, 20);
		stage.tell("the phone pauses its downloads: it sends 5 edits and receives nothing");
		phone.client().pauseDownloads();
		Edits.renamePosts(phone, mine, "while downloads were paused");
		Edits.renamePosts(tablet, theirs, "for the phone that does not listen");
		stage.sync(tablet);
		SyncResult paused = stage.sync(phone);
		stage.requireEqual("changes sent by a phone with paused downloads", 5, paused.upload().applied());
		stage.requireEqual("changes received by a phone with paused downloads", 0, paused.download().downloaded());
		requireTitles(stage, phone, theirs, title(phone, STRETCHES));
		stage.tell("the phone resumes its downloads, and receives the 5 edits of the tablet");
		phone.client().resumeDownloads();
		stage.requireEqual("changes received after the pause", 5, stage.sync(phone).download().applied());
		stage.sync(tablet);
		requireTitles(stage, phone, theirs, "for the phone that does not listen");
		requireTitles(stage, tablet, mine, "while downloads were paused");
	}

	private static List<String> ofDevice(Device device, List<String> posts) {
		return device.name().equals("phone") ? posts.subList(0, POSTS) : posts.subList(POSTS, 2 * POSTS);
	}

	private static String title(Device device, int stretch) {
		return device.name() + ", offline for the " + stretch + ". time";
	}

	private static void requirePending(Stage stage, Device device, long expected) {
		stage.requireEqual("unsynced changes of " + device, expected, device.client().status().pending());
	}

	private static void requireTitles(Stage stage, Device device, List<String> posts, String expected) {
		Map<String, List<String>> rows = device.rows();
		for (String post : posts) {
			String row = SampleTable.POSTS.rowName(post);
			stage.requireEqual("title of " + row + " on " + device, expected,
					rows.getOrDefault(row, List.of(row, "-")).get(1));
		}
	}

}
