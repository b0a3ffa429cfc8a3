package io.oversync.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The process dies at each statement of a sync in turn.
 */
class CrashTests {

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);";

	private static final int KEYS = 6;

	@TempDir
	private Path folder;

	@Test
	void aCrashAtAnyStepLosesAndDoublesNothing() {
		int steps = 0;
		while (crashesAt(++steps)) {
			// on to the next
		}
		assertThat(steps).as("steps of a sync").isGreaterThan(50);
	}

	private boolean crashesAt(int step) {
		ModelServer server = new ModelServer();
		Path home = this.folder.resolve("step-" + step);
		assertThat(home.toFile().mkdir()).isTrue();
		CrashingDataSource database = new CrashingDataSource("jdbc:sqlite:" + home.resolve("ann-phone.db"));
		try (TestDevice phone = new TestDevice(home, server, "ann/phone", DDL, "note")) {
			phone.with((builder) -> builder.dataSource(database.dataSource()).uploadBatch(2, 1_000_000)).open();
			for (int i = 0; i < KEYS; i++) {
				phone.execute("INSERT INTO note VALUES ('" + key(i) + "', 'first')");
			}
			phone.client().sync();
			phone.execute("DELETE FROM note WHERE id = '" + key(0) + "'");
			phone.execute("UPDATE note SET title = 'second' WHERE id IN ('" + key(1) + "', '" + key(2) + "')");
			server.account("ann")
				.change("web", "app.note", "UPDATE", key(2), "{\"id\":\"" + key(2) + "\",\"title\":\"web\"}");
			server.account("ann")
				.change("web", "app.note", "UPDATE", key(3), "{\"id\":\"" + key(3) + "\",\"title\":\"web\"}");
			int before = server.account("ann").stream().size();

			database.crashBefore(step);
			boolean crashed = false;
			try {
				phone.client().sync();
			}
			catch (SyncException ex) {
				crashed = database.recover();
				assertThat(crashed).as("%s", ex).isTrue();
				phone.reopen();
				phone.client().sync();
			}
			database.recover();
			assertThat(phone.query("SELECT title FROM note ORDER BY id")).as("step %s", step)
				.containsExactly("second", "web", "web", "first", "first");
			assertThat(phone.client().status().pending()).isZero();
			assertThat(server.account("ann").stream().size() - before).as("changes after step %s", step).isEqualTo(2);
			assertThat(server.account("ann").live().values()).extracting((payload) -> payload.get("title").asString())
				.isEqualTo(List.of("second", "web", "web", "first", "first"));
			return crashed;
		}
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-00000000000" + number;
	}

}
