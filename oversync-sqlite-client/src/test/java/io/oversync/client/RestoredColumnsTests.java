/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The server is put back while the tables of devices change.
 */
class RestoredColumnsTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		String ddl = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, rank INTEGER DEFAULT 7, body TEXT)";
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", ddl, "note").open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", ddl, "note").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private void insert(TestDevice device, String title, String body) {
		device.execute("INSERT INTO note (id, title, body) VALUES ('" + A + "', '" + title + "', " + body + ")");
	}

	private static void dropBody(TestDevice device) {
		device.client().close();
		device.query("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'note'")
			.forEach((trigger) -> device.execute("DROP TRIGGER " + trigger));
		device.execute("ALTER TABLE note DROP COLUMN body").open();
	}

	private static void addBody(TestDevice device) {
		device.client().close();
		device.execute("ALTER TABLE note ADD COLUMN body TEXT").open();
	}

	private void allAre(String row) {
		for (int round = 0; round < 3; round++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
		for (TestDevice device : List.of(this.phone, this.tablet)) {
			assertThat(device.query("SELECT title, rank, body FROM note")).as("%s", device.file().getFileName())
				.containsExactly(row);
		}
		assertThat(this.server.account("ann").live().values()).singleElement()
			.satisfies((live) -> assertThat(live.path("body").asString("null")).isEqualTo(row.split("\\|")[2]));
		int changes = this.server.account("ann").stream().size();
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.server.account("ann").stream()).as("at rest").hasSize(changes);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TAKE_SERVER", "KEEP_LOCAL" })
	void whatALostRowHasInAColumnThatTheDeviceWhichIsFasterLacksIsKept(String decision) {
		this.tablet
			.with((builder) -> builder.resolver(
					(conflict) -> decision.equals("TAKE_SERVER") ? Resolution.TAKE_SERVER : Resolution.KEEP_LOCAL))
			.reopen();
		insert(this.tablet, "one", "'body'");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.server.account("ann").truncate(0);
		dropBody(this.phone);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live().values()).singleElement()
			.satisfies((live) -> assertThat(live.has("body")).isFalse());
		addBody(this.phone);
		allAre("one|7|body");
	}

	@Test
	void whatALostRowHasInAColumnThatTheDeviceWhichIsFasterLacksIsKeptWhenItIsLostTwice() {
		insert(this.tablet, "one", "'body'");
		this.tablet.client().sync();
		this.phone.client().sync();
		this.server.account("ann").truncate(0);
		dropBody(this.phone);
		this.phone.client().sync();
		this.server.account("ann").truncate(0);
		addBody(this.phone);
		this.phone.client().sync();
		allAre("one|7|body");
	}

	/** What it has compared are rows that its cursor has not passed yet. */
	@Test
	void aComparisonThatIsAheadOfTheCursorNoticesThatTheServerIsPutBack() {
		dropBody(this.phone);
		insert(this.tablet, "lost", "NULL");
		this.tablet.client().sync();
		this.phone.client().uploadOnce();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("lost");
		this.server.account("ann").truncate(0);
		this.server.account("ann")
			.change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"other\",\"rank\":7}");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("other");
	}

}
