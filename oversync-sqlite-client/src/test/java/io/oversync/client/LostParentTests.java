/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A row refers to one that the server does not have any more and will not get back: it is
 * quarantined, and does not wait for ever.
 */
class LostParentTests {

	private static final String NOTE = "00000000-0000-0000-0000-00000000000a";

	private static final String ITEM = "00000000-0000-0000-0000-00000000000b";

	private static final String NEVER_THERE = "00000000-0000-0000-0000-00000000000e";

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), text TEXT);
			""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.item", "note_id", "app.note");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "item").open();
		this.phone.execute("INSERT INTO note VALUES ('" + NOTE + "', 'first')");
		this.phone.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	@Test
	void aParentWhoseDeleteTheServerLostTogetherWithIt() {
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		this.server.account("ann").truncate(0);
		this.phone.client().sync();
		assertChildIsQuarantined();
	}

	@Test
	void aParentThatTheServerLostBeforeItWasDeletedHere() {
		this.server.account("ann").truncate(0);
		this.phone.execute("DELETE FROM note");
		this.phone.client().sync();
		assertChildIsQuarantined();
	}

	@Test
	void aParentThatTheServerLostAndRefusedAndThatWasDiscarded() {
		this.server.account("ann").truncate(0);
		this.server.reject((change) -> change.get("table").asString().equals("note") ? "bad_payload" : null);
		this.phone.client().sync();
		assertThat(this.phone.client().discardQuarantined()).isEqualTo(1);
		this.phone.client().sync();
		assertChildIsQuarantined();
	}

	/** Also in a history that does not begin with what is known here. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aParentThatTheServerNeverTookAndThatWasDiscarded(boolean putBack) {
		this.server.reject((change) -> change.get("pk").asString().equals(NEVER_THERE) ? "bad_payload" : null);
		this.phone.execute("INSERT INTO note VALUES ('" + NEVER_THERE + "', 'refused')");
		this.phone.client().sync();
		assertThat(this.phone.client().discardQuarantined()).isEqualTo(1);
		if (putBack) {
			this.server.account("ann").truncate(0);
			this.phone.client().sync();
		}
		assertChildIsQuarantined(NEVER_THERE);
	}

	@Test
	void aParentThatComesBackAfterAll() {
		aParentThatTheServerLostAndRefusedAndThatWasDiscarded();
		this.server.reject((change) -> null);
		this.server.account("ann")
			.change("web", "app.note", "INSERT", NOTE, "{\"id\":\"" + NOTE + "\",\"title\":\"again\"}");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("again");
		this.phone.client().retryQuarantined();
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(2);
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@Test
	void aComparisonBringsNoChildBeforeItsParent() {
		ModelServer.Account account = this.server.account("ann");
		this.phone.execute("INSERT INTO item VALUES ('" + ITEM + "', '" + NOTE + "', 'first')");
		this.phone.client().sync();
		String parent = NOTE.replace('a', 'c');
		String child = ITEM.replace('b', 'd');
		account.change("web", "app.note", "INSERT", parent, "{\"id\":\"" + parent + "\",\"title\":\"parent\"}");
		account.change("web", "app.item", "INSERT", child,
				"{\"id\":\"" + child + "\",\"note_id\":\"" + parent + "\",\"text\":\"child\"}");
		account.change("web", "app.item", "UPDATE", ITEM,
				"{\"id\":\"" + ITEM + "\",\"note_id\":\"" + parent + "\",\"text\":\"moved\"}");
		this.phone.execute("""
				CREATE TABLE rebuilt (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), text TEXT);
				INSERT INTO rebuilt SELECT * FROM item;
				DROP TABLE item;
				ALTER TABLE rebuilt RENAME TO item;
				""");
		this.phone.client().uploadOnce();
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT text FROM item ORDER BY text")).containsExactly("child", "moved");
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	private void assertChildIsQuarantined() {
		assertChildIsQuarantined(NOTE);
	}

	private void assertChildIsQuarantined(String parent) {
		this.phone.execute("PRAGMA foreign_keys = OFF");
		this.phone.execute("INSERT INTO item VALUES ('" + ITEM + "', '" + parent + "', 'child')");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).singleElement().satisfies((change) -> {
			assertThat(change.reason()).isEqualTo("fk_missing");
			assertThat(change.message()).contains("app.note:" + parent + " is deleted");
		});
		assertThat(this.phone.query("SELECT text FROM item")).containsExactly("child");
	}

}
