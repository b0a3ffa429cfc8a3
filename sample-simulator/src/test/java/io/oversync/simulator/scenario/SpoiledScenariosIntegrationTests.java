/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import io.oversync.verification.device.Device;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Scenarios whose data are corrupted during the play report the exact difference.
 */
@Tag("prove")
class SpoiledScenariosIntegrationTests {

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void whatADeviceHasPastItsClientIsTold() {
		expectFailure(new OfflineOnline(), "the phone goes offline",
				(suffix) -> execute("jdbc:sqlite:" + this.folder.resolve("ann-" + suffix + "-tablet.db"),
						"INSERT INTO oversync_applying VALUES (1)", "UPDATE users SET name = 'forged'",
						"DELETE FROM oversync_applying"))
			.hasMessageMatching(
					"(?s)the server's stream and ann-[^/]+/tablet differ in 1 rows:\\R" + "users [0-9a-f-]{36}\\R"
							+ "  the server's stream: \\[[^,]+, Ann, .*\\R  ann-[^/]+/tablet: \\[[^,]+, forged, .*");
	}

	@Test
	void whatADeviceHasLostIsTold() {
		expectFailure(new DeviceReplacement(), "a new phone gets all",
				(suffix) -> execute("jdbc:sqlite:" + this.folder.resolve("ann-" + suffix + "-new-phone.db"),
						"INSERT INTO oversync_applying VALUES (1)", "DELETE FROM posts WHERE title = 'post 30'",
						"DELETE FROM oversync_applying"))
			.hasMessageMatching("(?s)the old phone when it last synced and ann-[^/]+/new-phone differ in 1 rows:\\R"
					+ "posts [0-9a-f-]{36}\\R"
					+ "  the old phone when it last synced: .*, post 30, .*\\R  ann-[^/]+/new-phone: no such row");
	}

	@Test
	void whatAnotherProgramDidToTheServerIsTold() {
		expectFailure(new Conflicts(), "with serverWins",
				(suffix) -> execute(unwatched(server.jdbcUrl()),
						"UPDATE business.users SET name = 'forged' WHERE owner_id = 'serverWins-" + suffix + "'"))
			.hasMessageStartingWith("the server's stream and its business tables differ in 4 rows:")
			.hasMessageContaining("forged");
	}

	@Test
	void anotherWinnerIsTold() {
		expectFailure(new Conflicts(), "with serverWins", (suffix) -> {
			try (Device device = new Device(this.folder, SampleTarget.at(server.baseUrl()), "serverWins-" + suffix,
					"intruder", List.of(SampleTable.USERS), (settings) -> {
					})) {
				device.client().sync();
				device.execute("UPDATE users SET name = 'intruder' WHERE name = 'before'");
				device.client().sync();
			}
		}).hasMessageMatching("name and address of users [0-9a-f-]{36}, the phone edited the address and the tablet"
				+ " the name, with serverWins: expected \\[before, phone@example.org], found"
				+ " \\[intruder, phone@example.org]");
	}

	@Test
	void aRowTooManyIsTold() {
		expectFailure(new FkBatchRetry(), "the tablet sends 100 posts", (suffix) -> {
			String now = Edits.now();
			new RawUpload(SampleTarget.at(server.baseUrl()), "ann-" + suffix, "intruder")
				.send(List.of(new RawUpload.NewRow(1, SampleTable.USERS, Edits.newKey(),
						Map.of("name", "n", "email", "e", "created_at", now, "updated_at", now))));
		}).hasMessage("users: expected 20, found 21");
	}

	@Test
	void aWrongByteIsTold() {
		expectFailure(new FilesSync(), "the tablet deletes the large file", (suffix) -> execute(
				unwatched(server.jdbcUrl()),
				"UPDATE business.files SET data = set_byte(data, 7, 255) WHERE name = 'empty' AND owner_id = 'ann-"
						+ suffix + "'"))
			.hasMessageMatching("data of files [0-9a-f-]{36} in the server's business table: expected 256 bytes, found"
					+ " 256, the first difference at byte 7: expected 0x07, found 0xff");
	}

	/**
	 * Plays a scenario with sabotage.
	 * @param line the scenario's line just before it
	 * @param sabotage corrupts data, given the suffix of the users' names
	 */
	private AbstractThrowableAssert<?, ?> expectFailure(Scenario scenario, String line, Consumer<String> sabotage) {
		String suffix = suffix();
		Lines saboteur = new Lines() {

			private boolean done;

			@Override
			public synchronized void told(String heard) {
				if (!this.done && heard.startsWith(line)) {
					this.done = true;
					sabotage.accept(suffix);
				}
			}

		};
		return assertThatThrownBy(() -> play(scenario, suffix, 1, saboteur)).isInstanceOf(ScenarioFailure.class);
	}

	/**
	 * Returns the address of a database for statements that fire no triggers, so that the
	 * server does not take them for changes of the application, which it sends to
	 * devices.
	 */
	private static String unwatched(String url) {
		return url + ((url.indexOf('?') < 0) ? '?' : '&') + "options=-c%20session_replication_role=replica";
	}

	private static void execute(String url, String... statements) {
		try (Connection connection = DriverManager.getConnection(url);
				Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void play(Scenario scenario, String suffix, long seed, Audience audience) {
		try (Stage stage = new Stage(SampleTarget.at(server.baseUrl()), server.jdbcUrl(), this.folder, suffix,
				new Random(seed), audience)) {
			scenario.play(stage);
		}
	}

	private static String suffix() {
		return UUID.randomUUID().toString();
	}

	/**
	 * Collects the output.
	 */
	private static class Lines implements Audience {

		private final List<String> told = new ArrayList<>();

		private long exchanged;

		@Override
		public synchronized void told(String line) {
			this.told.add(line);
		}

		@Override
		public synchronized void synced(long uploaded, long downloaded, long conflicts) {
			this.exchanged += uploaded + downloaded;
		}

	}

}
