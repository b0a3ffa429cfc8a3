/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of the client's README. The test of the documentation compares it with this.
 */
class ReadmeSnippetTests {

	private static final Logger log = LoggerFactory.getLogger(ReadmeSnippetTests.class);

	@TempDir
	private Path folder;

	/** Keeps the access tokens of an application. */
	interface Tokens {

		String current(@Nullable String refused);

	}

	/**
	 * Of an application: its files are in the working directory, its server elsewhere.
	 */
	static SyncClient open(Tokens tokens) {
		SyncClient client = SyncClient.builder()
			.database(Path.of("notes.db"))
			.server(URI.create("https://example.org/sync"))
			.renewableToken((refused) -> tokens.current(refused))
			.user("ann")
			.device(DeviceIds.loadOrCreate(Path.of("device-id")))
			.schema("business")
			.tables(SyncTable.of("notes"), SyncTable.of("tags").key("tag_id"))
			.open();
		client.start(Duration.ofMinutes(1));
		return client;
	}

	@Test
	void aDeviceKeepsItsId() {
		String id = DeviceIds.loadOrCreate(this.folder.resolve("device-id"));
		assertThat(DeviceIds.loadOrCreate(this.folder.resolve("device-id"))).isEqualTo(id);
		assertThat(Files.exists(this.folder.resolve("device-id"))).isTrue();
	}

	@Test
	void rowsAreVerifiedAndRepaired() {
		ModelServer server = new ModelServer();
		String key = "00000000-0000-0000-0000-000000000001";
		server.account("ann").change("web", "app.note", "UPDATE", key, "{\"id\":\"" + key + "\",\"title\":\"right\"}");
		try (TestDevice phone = new TestDevice(this.folder, server, "ann/phone",
				"CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT)", "note")
			.open()) {
			SyncClient client = phone.client();
			client.sync();
			phone
				.execute("INSERT INTO oversync_applying VALUES (1);\nDELETE FROM note;\nDELETE FROM oversync_applying");
			VerifyResult result = client.verify();
			result.differences().forEach((row) -> log.warn("{} {} {}", row.kind(), row.table(), row.pk()));
			RepairResult repaired = client.repair();
			assertThat(result.differences()).hasSize(1);
			assertThat(phone.query("SELECT title FROM note")).containsExactly("right");
			assertThat(repaired.toString()).contains("1");
		}
	}

}
