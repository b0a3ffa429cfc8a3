package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.client.HydrateResult;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncResult;
import io.oversync.simulator.device.Device;
import io.oversync.simulator.device.SampleTable;

/**
 * A phone is lost and replaced, and found again later.
 */
final class DeviceReplacement implements Scenario {

	private static final SampleTable[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	@Override
	public String name() {
		return "device-replacement";
	}

	@Override
	public String purpose() {
		return "A new device takes over from a lost one with everything that was synced, and the old one may come back.";
	}

	@Override
	public void play(Stage stage) {
		String ann = stage.user("ann");
		Device lost = stage.device(ann, "old-phone", TABLES);
		stage.tell("the old phone writes 5 users and 40 posts, and syncs");
		List<String> authors = Edits.addUsers(lost, 5, "user");
		List<String> posts = Edits.addPosts(lost, 40, "post", authors);
		stage.sync(lost);
		Map<String, List<String>> synced = new TreeMap<>(lost.rows());

		stage.tell("offline, it edits 10 posts, adds 3 and deletes 2, and is lost before it could sync");
		stage.disconnect(lost);
		Edits.renamePosts(lost, posts.subList(0, 10), "written on the way");
		List<String> added = Edits.addPosts(lost, 3, "added on the way", authors);
		posts.subList(38, 40).forEach((post) -> Edits.delete(lost, SampleTable.POSTS, post));
		stage.syncInVain(lost);
		requirePending(stage, lost, 15);
		stage.retire(lost);

		Device replacement = stage.device(ann, "new-phone", TABLES);
		HydrateResult hydrated = stage.hydrate(replacement);
		stage.tell("a new phone gets all " + hydrated.rows() + " rows; the 15 changes that were never synced are"
				+ " gone with the old one, and nothing else");
		stage.requireEqual("rows that the new phone got", 45L, hydrated.rows());
		stage.requireEqual("the old phone when it last synced", synced, replacement.toString(), replacement.rows());
		stage.verify(ann);

		stage.tell("the new phone edits 4 of the posts that were edited on the old one, deletes one, adds 6 and syncs");
		Edits.renamePosts(replacement, posts.subList(0, 4), "written on the new phone");
		Edits.delete(replacement, SampleTable.POSTS, posts.get(4));
		Edits.addPosts(replacement, 6, "new post", authors);
		SyncResult worked = stage.sync(replacement);
		stage.requireEqual("changes that the server took from the new phone", 11, worked.upload().applied());
		stage.verify(ann);

		Device found = stage.device(ann, "old-phone", TABLES);
		requirePending(stage, found, 15);
		SyncResult late = stage.sync(found);
		stage.tell("the old phone is found and syncs: 10 of its changes arrive, 5 meet what the new phone did, which"
				+ " the server had first");
		stage.requireEqual("changes that the server took from the old phone", 10, late.upload().applied());
		requireConflicts(stage, posts.subList(0, 5), late.upload().conflicts());
		stage.settle(ann);
		verifyOutcome(stage, ann, posts, added, stage.verify(ann));
	}

	private static void requirePending(Stage stage, Device device, long expected) {
		stage.requireEqual("unsynced changes of " + device, expected, device.client().status().pending());
	}

	private static void requireConflicts(Stage stage, List<String> expected, List<ResolvedConflict> reported) {
		List<String> keys = reported.stream().map((conflict) -> conflict.conflict().pk()).sorted().toList();
		stage.requireEqual("posts with a reported conflict", expected.stream().sorted().toList(), keys);
	}

	private static void verifyOutcome(Stage stage, String user, List<String> posts, List<String> added,
			Map<String, List<String>> rows) {
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 38; i++) {
			String untouched = "post " + (i + 1);
			expected.add((i < 4) ? "written on the new phone"
					: (i == 4) ? "deleted" : (i < 10) ? "written on the way" : untouched);
		}
		expected.addAll(List.of("deleted", "deleted"));
		List<String> titles = posts.stream().map((post) -> title(rows, post)).toList();
		stage.requireEqual("titles of the first 40 posts", expected, titles);
		stage.requireEqual("titles of the posts that only the old phone had",
				List.of("added on the way 1", "added on the way 2", "added on the way 3"),
				added.stream().map((post) -> title(rows, post)).toList());
		// 5 users, and 40 posts without 3 deleted ones but with 3 and 6 new ones
		stage.requireEqual("rows of " + user, 5 + 40 - 3 + 3 + 6, rows.size());
		stage.history(user).requireCountedVersions();
	}

	private static String title(Map<String, List<String>> rows, String post) {
		return rows.getOrDefault(SampleTable.POSTS.rowName(post), List.of(post, "deleted")).get(1);
	}

}
