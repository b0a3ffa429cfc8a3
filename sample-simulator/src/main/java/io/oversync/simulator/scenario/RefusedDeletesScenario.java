/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.oversync.client.DownloadResult;
import io.oversync.client.RefusedDelete;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncResult;
import io.oversync.client.UploadResult;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;

/**
 * The phone deletes authors of whom the tablet has just written posts.
 */
final class RefusedDeletesScenario extends Scenario {

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	private static final int PAGE = 5;

	private static final int POSTS = 20;

	RefusedDeletesScenario() {
		super("refused-deletes",
				"A row that another device has just given a child cannot be deleted: it comes back, and somebody is told.");
	}

	@Override
	void play(Stage stage) {
		String user = stage.user("ann");
		Device phone = stage.device(user, "phone", (builder) -> builder.downloadPage(PAGE), TABLES);
		Device tablet = stage.device(user, "tablet", TABLES);
		stage.tell("the phone writes three authors, and both devices sync");
		String ann = Edits.addUser(phone, "Ann");
		String bob = Edits.addUser(phone, "Bob");
		String carl = Edits.addUser(phone, "Carl");
		stage.sync(phone);
		stage.sync(tablet);

		String post = refuseOne(stage, phone, tablet, ann, bob);
		comeBackFirst(stage, phone, tablet, carl);
		deleteInOrder(stage, phone, post, ann);

		stage.settle(user);
		Map<String, List<String>> rows = stage.verify(user);
		stage.requireEqual("users and posts that are left", 1 + POSTS, rows.size());
		stage.requireEqual("rows that the server brought back",
				List.of(SampleTable.USERS.rowName(ann), SampleTable.USERS.rowName(carl)),
				stage.stream(user)
					.stream()
					.filter((entry) -> entry.sourceId().equals("server"))
					.map(WireEntry::row)
					.toList());
		stage.history(user).requireCountedVersions();
	}

	private static String refuseOne(Stage stage, Device phone, Device tablet, String ann, String bob) {
		stage.tell("the tablet writes a post by Ann; before the phone knows of it, it deletes Ann and Bob");
		String post = Edits.addPost(tablet, "the post by Ann", ann);
		stage.sync(tablet);
		List<RefusedDelete> told = listen(phone);
		Edits.delete(phone, SampleTable.USERS, ann);
		Edits.delete(phone, SampleTable.USERS, bob);
		SyncResult result = stage.sync(phone);
		stage.requireEqual("changes that the server took from the phone", 1, result.upload().applied());
		requireRefused(stage, result.upload(), ann, post);
		stage.requireEqual("what the phone's listener was told", result.upload().refused(), told);
		stage.requireEqual("what is left to do", "", phone.unfinished());
		stage.require(phone.rows().containsKey(SampleTable.USERS.rowName(ann)), "Ann has not come back to the phone");
		stage.require(phone.rows().containsKey(SampleTable.POSTS.rowName(post)), "The phone has not got the post");
		stage.tell("Bob is gone; the server refuses to delete Ann, the phone is told of the post, and has Ann back");
		stage.sync(tablet);
		stage.verify(phone.user());
		return post;
	}

	/** A child on an earlier page would refer to nothing otherwise. */
	private static void comeBackFirst(Stage stage, Device phone, Device tablet, String carl) {
		stage.tell("the tablet writes " + POSTS + " posts by Carl, whom the phone deletes; the phone downloads " + PAGE
				+ " changes at a time");
		Edits.addPosts(tablet, POSTS, "post by Carl", List.of(carl));
		stage.sync(tablet);
		Edits.delete(phone, SampleTable.USERS, carl);
		UploadResult upload = phone.client().uploadOnce();
		stage.requireEqual("deletes that were refused", 1, upload.refused().size());
		stage.requireEqual("rows that refer to Carl, as far as they are told", 10,
				upload.refused().get(0).referencedBy().size());
		DownloadResult page = phone.client().downloadOnce(PAGE);
		stage.require(page.hasMore(), "The phone got everything with one page");
		stage.require(phone.rows().containsKey(SampleTable.USERS.rowName(carl)),
				"The first page has not brought Carl back");
		stage.requireEqual("rows that refer to nothing", List.of(), phone.query("PRAGMA foreign_key_check"));
		stage.tell("the first page brings Carl back, together with the first of his posts");
		stage.sync(phone);
		stage.verify(phone.user());
	}

	private static void deleteInOrder(Stage stage, Device phone, String post, String ann) {
		stage.tell("the phone deletes the post and then Ann: now nothing is in the way");
		Edits.delete(phone, SampleTable.POSTS, post);
		Edits.delete(phone, SampleTable.USERS, ann);
		SyncResult result = stage.sync(phone);
		stage.requireEqual("changes that the server took from the phone", 2, result.upload().applied());
		stage.requireEqual("deletes that were refused", List.of(), result.upload().refused());
	}

	private static void requireRefused(Stage stage, UploadResult result, String ann, String post) {
		stage.requireEqual("deletes that were refused", List.of(ann),
				result.refused().stream().map(RefusedDelete::pk).toList());
		RefusedDelete delete = result.refused().get(0);
		stage.requireEqual("the refused row", "Ann", Objects.requireNonNull(delete.row()).get("name"));
		stage.requireEqual("what refers to Ann", List.of("posts " + post),
				delete.referencedBy().stream().map(String::valueOf).toList());
	}

	private static List<RefusedDelete> listen(Device device) {
		List<RefusedDelete> told = new ArrayList<>();
		device.client().addListener(new SyncListener() {

			@Override
			public void onRefusedDelete(RefusedDelete delete) {
				told.add(delete);
			}

		});
		return told;
	}

}
