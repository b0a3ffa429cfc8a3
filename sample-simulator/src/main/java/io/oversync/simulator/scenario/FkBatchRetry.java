/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.oversync.client.SyncResult;
import io.oversync.client.SyncStatus;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;

/**
 * 20 users and 400 posts, where the posts come to the server before their authors.
 */
final class FkBatchRetry extends Scenario {

	private static final int BATCH = 30;

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	FkBatchRetry() {
		super("fk-batch-retry",
				"Children that come before their parents, in whatever batches, are neither lost nor doubled.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Device phone = stage.device(ann, "phone", (builder) -> builder.uploadBatch(BATCH, 1_000_000), TABLES);
		Device tablet = stage.device(ann, "tablet", (builder) -> builder.uploadBatch(BATCH, 1_000_000), TABLES);
		writeChildrenFirst(stage, phone);
		sendChildrenFirst(stage, phone, tablet);
		sendChildrenFirstByHand(stage, ann);

		stage.settle(ann);
		Map<String, List<String>> rows = stage.verify(ann);
		RowHistories history = stage.history(ann);
		stage.tell("the server has " + history.size() + " changes of " + rows.size() + " rows");
		stage.requireEqual("users", 20L, count(rows, SampleTable.USERS));
		stage.requireEqual("posts", 400L, count(rows, SampleTable.POSTS));
		stage.requireEqual("changes in the server's stream", 420, history.size());
		history.byRow()
			.forEach((row, changes) -> stage.requireEqual("versions of " + row, List.of(1L),
					changes.stream().map(WireEntry::version).toList()));
	}

	private static long count(Map<String, List<String>> rows, TableModel table) {
		return rows.keySet().stream().filter((row) -> row.startsWith(table.rowName(""))).count();
	}

	/** The application may do so, since its foreign keys are deferred. */
	private static void writeChildrenFirst(Stage stage, Device phone) {
		stage.tell("the phone writes 200 posts and then their 10 authors, in one transaction, and sends them " + BATCH
				+ " at a time");
		List<String> authors = newKeys(10);
		Edits.inTransaction(phone, () -> {
			for (int i = 0; i < 200; i++) {
				Edits.addPost(phone, "early post " + i, authors.get(i % authors.size()));
			}
			authors.forEach((author) -> Edits.addUser(phone, author, "late author"));
		});
		requireTaken(stage, phone, stage.sync(phone), 210, 0);
	}

	/**
	 * The tablet got posts from elsewhere and sends them, and the phone has the authors.
	 */
	private static void sendChildrenFirst(Stage stage, Device phone, Device tablet) {
		List<String> authors = newKeys(5);
		tablet.execute("PRAGMA foreign_keys = OFF");
		Edits.addPosts(tablet, 100, "imported post", authors);
		tablet.execute("PRAGMA foreign_keys = ON");
		requireTaken(stage, tablet, stage.sync(tablet), 0, 100);
		SyncStatus status = tablet.client().status();
		stage.requireEqual("changes of " + tablet + " that wait for their parents", 100L, status.waiting());
		stage.tell("the tablet sends 100 posts whose authors nobody has: all wait, none is lost");

		stage.tell("the phone sends the 5 authors, and then the tablet its 100 posts again");
		authors.forEach((author) -> Edits.addUser(phone, author, "author of imported posts"));
		requireTaken(stage, phone, stage.sync(phone), 5, 0);
		requireTaken(stage, tablet, stage.sync(tablet), 100, 0);
	}

	private static void requireTaken(Stage stage, Device device, SyncResult result, int taken, long left) {
		stage.requireEqual("changes that the server took from " + device, taken, result.upload().applied());
		stage.requireEqual("unsynced changes of " + device, left, result.upload().pending());
		stage.requireEqual("changes of " + device + " that the server will never take", List.of(),
				device.client().quarantined());
	}

	private static void sendChildrenFirstByHand(Stage stage, String user) {
		RawUpload uploads = new RawUpload(stage.target(), user, "by-hand");
		String now = Edits.now();
		List<RawUpload.NewRow> parents = new ArrayList<>();
		for (String key : newKeys(5)) {
			parents.add(new RawUpload.NewRow(1 + parents.size(), SampleTable.USERS, key, Map.of("name",
					"author by hand", "email", "hand@example.org", "created_at", now, "updated_at", now)));
		}
		List<RawUpload.NewRow> children = new ArrayList<>();
		for (String key : newKeys(100)) {
			String author = parents.get(children.size() % parents.size()).key();
			children
				.add(new RawUpload.NewRow(1 + parents.size() + children.size(), SampleTable.POSTS, key, Map.of("title",
						"post by hand", "content", "", "author_id", author, "created_at", now, "updated_at", now)));
		}
		requireAnswers(stage, "posts without their authors", uploads, children, "invalid fk_missing");
		requireAnswers(stage, "the authors", uploads, parents, "applied 1");
		requireAnswers(stage, "the same posts again", uploads, children, "applied 1");
		requireAnswers(stage, "the same posts once more", uploads, children, "applied 1");
	}

	private static void requireAnswers(Stage stage, String what, RawUpload uploads, List<RawUpload.NewRow> rows,
			String expected) {
		List<String> answers = uploads.send(rows);
		stage.tell("by hand, " + rows.size() + " rows are sent, " + what + ": the server answers '" + expected
				+ "' to each");
		stage.requireEqual("number of answers to " + what, rows.size(), answers.size());
		for (int i = 0; i < rows.size(); i++) {
			RawUpload.NewRow row = rows.get(i);
			stage.requireEqual("answer to " + what + ", " + row.table().rowName(row.key()), expected, answers.get(i));
		}
	}

	private static List<String> newKeys(int count) {
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			keys.add(Edits.newKey());
		}
		return keys;
	}

}
