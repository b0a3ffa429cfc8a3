/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;
import java.util.Map;

import io.oversync.client.SyncClient;
import io.oversync.client.SyncResult;
import io.oversync.client.SyncSetupException;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;

/**
 * Two users share a phone, one after the other, each with a database of their own.
 */
final class UserSwitch extends Scenario {

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	UserSwitch() {
		super("user-switch",
				"Two users of one phone never see anything of each other, even where they use the same key.");
	}

	@Override
	void play(Stage stage) {
		takeTurns(stage, stage.user("ann"), stage.user("bob"));
		openTheOthersFile(stage, stage.user("ann"), stage.user("bob"));
		useTheSameKey(stage, stage.user("cat"), stage.user("dan"));
	}

	private static void takeTurns(Stage stage, String ann, String bob) {
		stage.tell("Ann signs in on the phone, writes 4 users and 12 posts, and signs out with 3 edits unsynced");
		Device annsPhone = stage.device(ann, "phone", TABLES);
		List<String> annsPosts = write(annsPhone, 4, 12);
		requireSync(stage, annsPhone, 16, 0);
		Edits.renamePosts(annsPhone, annsPosts.subList(0, 3), "for later");
		Map<String, List<String>> annsRows = annsPhone.rows();
		stage.retire(annsPhone);

		stage.tell("Bob signs in on the same phone: it is empty, and nothing of Ann comes");
		Device bobsPhone = stage.device(bob, "phone", TABLES);
		requireSync(stage, bobsPhone, 0, 0);
		stage.requireEqual("rows of Bob before he wrote any", Map.of(), bobsPhone.rows());
		write(bobsPhone, 3, 9);
		requireSync(stage, bobsPhone, 12, 0);
		stage.requireEqual("rows of Bob", 12, stage.verify(bob).size());
		Map<String, List<String>> bobsRows = bobsPhone.rows();
		stage.retire(bobsPhone);

		stage.tell("Ann is back: her 3 edits are still there, and nothing of Bob comes");
		annsPhone = stage.device(ann, "phone", TABLES);
		stage.requireEqual("Ann's phone when she signed out", annsRows, "the same when she is back", annsPhone.rows());
		requireSync(stage, annsPhone, 3, 0);
		stage.requireEqual("rows of Ann", 16, stage.verify(ann).size());
		stage.requireEqual("changes in Ann's stream", 16 + 3, stage.history(ann).size());

		stage.tell("a tablet of Bob gets his rows and none of Ann's");
		Device bobsTablet = stage.device(bob, "tablet", TABLES);
		stage.hydrate(bobsTablet);
		stage.requireEqual("Bob's phone", bobsRows, bobsTablet.toString(), bobsTablet.rows());
		stage.verify(bob);
		stage.requireEqual("changes in Bob's stream", 12, stage.history(bob).size());
	}

	private static List<String> write(Device device, int users, int posts) {
		return Edits.addPosts(device, posts, "post of " + device.user(),
				Edits.addUsers(device, users, "user of " + device.user()));
	}

	private static void requireSync(Stage stage, Device device, int taken, int received) {
		SyncResult result = stage.sync(device);
		stage.requireEqual("changes that the server took from " + device, taken, result.upload().applied());
		stage.requireEqual("changes that " + device + " received", received, result.download().downloaded());
		stage.requireEqual("conflicts of the uploads of " + device, List.of(), result.upload().conflicts());
		stage.requireEqual("conflicts of the downloads of " + device, List.of(), result.download().conflicts());
	}

	private static void openTheOthersFile(Stage stage, String ann, String bob) {
		stage.tell("the phone tries to open Ann's file for Bob, and is refused");
		Device annsPhone = stage.device(ann, "phone", TABLES);
		String refusal = refusal(stage, annsPhone, bob);
		stage.requireEqual("the answer to opening Ann's file as Bob", "This database belongs to the user '" + ann
				+ "' and cannot be opened for '" + bob + "': use one database file for each user", refusal);
		stage.verify(ann);
		stage.verify(bob);
	}

	private static String refusal(Stage stage, Device device, String other) {
		try (SyncClient client = SyncClient.builder()
			.database(device.file())
			.server(stage.target().syncUri())
			.token(() -> stage.target().signIn(other, device.name()))
			.user(other)
			.device(device.name())
			.schema("business")
			.tables("users", "posts")
			.open()) {
			return "it was opened: " + client.status();
		}
		catch (SyncSetupException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	/**
	 * The business table has room for one of them, and the first keeps it; on the devices
	 * and in the streams each has a row of their own.
	 */
	private static void useTheSameKey(Stage stage, String cat, String dan) {
		stage.tell("Cat and Dan write a row with the same key: each keeps their own");
		String key = Edits.newKey();
		Device catsPhone = stage.device(cat, "phone", SampleTable.USERS);
		Edits.addUser(catsPhone, key, "Cat");
		requireSync(stage, catsPhone, 1, 0);
		Device dansPhone = stage.device(dan, "phone", SampleTable.USERS);
		Edits.addUser(dansPhone, key, "Dan");
		requireSync(stage, dansPhone, 1, 0);
		requireOneRow(stage, catsPhone, key, "Cat", 1);
		requireOneRow(stage, dansPhone, key, "Dan", 1);
		requireBusinessRow(stage, key, cat, "Cat", dan);

		stage.tell("both rename theirs, and other devices of both get the right one");
		Edits.renameUser(dansPhone, key, "Daniel");
		requireSync(stage, dansPhone, 1, 0);
		Edits.renameUser(catsPhone, key, "Catherine");
		requireSync(stage, catsPhone, 1, 0);
		for (Device first : List.of(catsPhone, dansPhone)) {
			Device second = stage.device(first.user(), "tablet", SampleTable.USERS);
			stage.hydrate(second);
			stage.requireEqual(first.toString(), first.rows(), second.toString(), second.rows());
		}
		requireOneRow(stage, catsPhone, key, "Catherine", 2);
		requireOneRow(stage, dansPhone, key, "Daniel", 2);
		requireBusinessRow(stage, key, cat, "Catherine", dan);

		stage.tell("Dan deletes his, and Cat's is as it was");
		Edits.delete(dansPhone, SampleTable.USERS, key);
		requireSync(stage, dansPhone, 1, 0);
		requireSync(stage, catsPhone, 0, 0);
		stage.settle(dan);
		stage.requireEqual("rows of Dan's phone", Map.of(), dansPhone.rows());
		requireOneRow(stage, catsPhone, key, "Catherine", 2);
		stage.verify(cat);
	}

	private static void requireOneRow(Stage stage, Device device, String key, String name, int version) {
		String row = SampleTable.USERS.rowName(key);
		Map<String, List<String>> rows = device.rows();
		stage.requireEqual("keys on " + device, List.of(row), List.copyOf(rows.keySet()));
		stage.requireEqual("names on " + device, List.of(name),
				rows.values().stream().map((values) -> values.get(1)).toList());
		List<WireEntry> changes = stage.history(device.user()).byRow().getOrDefault(row, List.of());
		stage.requireEqual("changes in the stream of " + device.user(), version, changes.size());
		stage.history(device.user()).requireCountedVersions();
		WireEntry last = changes.get(version - 1);
		String payload = String.valueOf(last.payload());
		stage.require(payload.contains("\"" + name + "\""),
				"the stream of " + device.user() + ": expected the name " + name + " in " + row + ", found " + payload);
	}

	private static void requireBusinessRow(Stage stage, String key, String owner, String name, String other) {
		stage.withDatabase((database) -> {
			stage.requireEqual("the server's business row " + key, List.of(owner + " " + name), database
				.texts("select owner_id || ' ' || name from business.users where id = cast(? as uuid)", key));
			for (String user : List.of(owner, other)) {
				stage.requireEqual("business rows of " + user + " that could not be written",
						user.equals(other) ? 1L : 0L,
						database.count("select count(*) from sync.materialize_failures where user_id = ?", user));
			}
		});
	}

}
