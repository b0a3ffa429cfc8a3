/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A row refers to one that the server refused and that was given up here: whatever
 * happens in between, it is quarantined, and does not wait for ever.
 */
class DiscardedParentTests {

	private static final String PARENT = "00000000-0000-0000-0000-00000000000e";

	private static final String CHILD = "00000000-0000-0000-0000-0000000000c1";

	private static final String GRANDCHILD = "00000000-0000-0000-0000-0000000000c2";

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT);
			CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note (id), text TEXT);
			CREATE TABLE part (id TEXT PRIMARY KEY, item_id TEXT REFERENCES item (id), text TEXT);
			CREATE TABLE tree (id TEXT PRIMARY KEY, parent_id TEXT REFERENCES tree (id), text TEXT);
			""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private void open() {
		this.server.reference("app.item", "note_id", "app.note");
		this.server.reference("app.part", "item_id", "app.item");
		this.server.reference("app.tree", "parent_id", "app.tree");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note", "item", "part", "tree").open();
		this.phone.execute("PRAGMA foreign_keys = OFF");
		refuse(PARENT);
		this.phone.execute("INSERT INTO note VALUES ('00000000-0000-0000-0000-00000000000a', 'a')");
		this.phone.client().sync();
	}

	private void refuse(String pk) {
		this.server.reject((change) -> change.get("pk").asString().equals(pk) ? "bad_payload" : null);
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void insertParent(String key) {
		this.phone.execute("INSERT INTO note VALUES (" + key + ", 'refused')");
	}

	private void insertChild(String key, String parent) {
		this.phone.execute("INSERT INTO item VALUES (" + key + ", " + parent + ", 'child')");
	}

	private void discard(int count) {
		assertThat(this.phone.client().discardQuarantined()).isEqualTo(count);
	}

	private void assertQuarantined(String pk) {
		this.phone.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).singleElement().satisfies((change) -> {
			assertThat(change.reason()).isEqualTo("fk_missing");
			assertThat(change.pk()).isEqualTo(pk);
		});
	}

	@ParameterizedTest
	@EnumSource
	void whateverHappensMeanwhile(Event event) {
		open();
		insertParent("'" + PARENT + "'");
		this.phone.client().sync();
		discard(1);
		event.happen(this);
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		assertQuarantined(CHILD);
	}

	@ParameterizedTest
	@EnumSource
	void whateverHappensWhileItWaitsForADecision(Event event) {
		open();
		insertParent("'" + PARENT + "'");
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		this.phone.client().sync();
		event.happen(this);
		discard(1);
		assertQuarantined(CHILD);
	}

	@ParameterizedTest
	@EnumSource
	void deletedByTheApplication(Event event) {
		open();
		insertParent("'" + PARENT + "'");
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note WHERE id = '" + PARENT + "'");
		this.phone.client().sync();
		event.happen(this);
		assertQuarantined(CHILD);
	}

	@Test
	void deletedByTheApplicationAndDiscarded() {
		open();
		insertParent("'" + PARENT + "'");
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note WHERE id = '" + PARENT + "'");
		discard(1);
		assertQuarantined(CHILD);
	}

	/** What is noted of such a row is in no one's way. */
	@ParameterizedTest
	@EnumSource
	void aKeyThatIsNoUuid(Event event) {
		open();
		for (boolean discarded : new boolean[] { true, false }) {
			insertParent("'no uuid'");
			this.phone.client().sync();
			assertThat(this.phone.client().quarantined()).singleElement()
				.satisfies((change) -> assertThat(change.reason()).isEqualTo("unsupported_value"));
			if (discarded) {
				discard(1);
			}
			else {
				this.phone.execute("DELETE FROM note WHERE id = 'no uuid'");
			}
			event.happen(this);
			this.phone.client().sync();
			assertThat(this.phone.client().status().pending()).isZero();
			assertThat(this.phone.client().quarantined()).isEmpty();
			assertThat(this.phone.client().verify().differences()).isEmpty();
		}
	}

	/** A copy that another device brings back is compared with what was deleted. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aDeleteThatTheServerLostStaysKnown(boolean discarded) {
		open();
		this.server.reject((change) -> null);
		insertParent("'" + PARENT + "'");
		this.phone.client().sync();
		this.phone.execute("DELETE FROM note WHERE id = '" + PARENT + "'");
		this.phone.client().sync();
		Event.PUT_BACK_TO_NOTHING.happen(this);
		refuse(PARENT);
		insertParent("'" + PARENT + "'");
		this.phone.client().sync();
		if (discarded) {
			discard(1);
		}
		else {
			this.phone.execute("DELETE FROM note WHERE id = '" + PARENT + "'");
			this.phone.client().sync();
		}
		assertThat(this.phone.query("SELECT version FROM _sync_lost WHERE key = '" + PARENT + "'"))
			.containsExactly("2");
		assertThat(this.phone.query("SELECT version FROM _sync_row WHERE key = '" + PARENT + "'")).isEmpty();
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		assertQuarantined(CHILD);
	}

	/** Another device may have a row of which nothing is known here. */
	@Test
	void aParentThatWasNotRefusedMayCome() {
		open();
		this.server.reject((change) -> null);
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).isEmpty();
		this.server.account("ann").change("web", "app.note", "INSERT", PARENT, "{\"id\":\"" + PARENT + "\"}");
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.server.account("ann").live()).hasSize(3);
	}

	@Test
	void discardedTwice() {
		open();
		for (int i = 0; i < 2; i++) {
			insertParent("'" + PARENT + "'");
			this.phone.client().sync();
			discard(1);
			Event.PUT_BACK_TO_NOTHING.happen(this);
		}
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		assertQuarantined(CHILD);
	}

	@Test
	void chain() {
		open();
		insertParent("'" + PARENT + "'");
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		this.phone.execute("INSERT INTO part VALUES ('" + GRANDCHILD + "', '" + CHILD + "', 'p')");
		this.phone.client().sync();
		discard(1);
		assertQuarantined(CHILD);
		discard(1);
		assertQuarantined(GRANDCHILD);
		discard(1);
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.query("SELECT count(*) FROM part")).containsExactly("0");
	}

	@Test
	void chainInOneTable() {
		open();
		this.phone.execute("INSERT INTO tree VALUES ('" + PARENT + "', NULL, 'a')");
		this.phone.execute("INSERT INTO tree VALUES ('" + CHILD + "', '" + PARENT + "', 'b')");
		this.phone.execute("INSERT INTO tree VALUES ('" + GRANDCHILD + "', '" + CHILD + "', 'c')");
		this.phone.client().sync();
		discard(1);
		assertQuarantined(CHILD);
		discard(1);
		Event.PUT_BACK_TO_NOTHING.happen(this);
		assertQuarantined(GRANDCHILD);
		discard(1);
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "00000000-0000-0000-0000-00000000000E", "0000000000000000000000000000000E" })
	void anotherSpelling(String spelling) {
		open();
		insertParent("'" + spelling + "'");
		this.phone.client().sync();
		discard(1);
		Event.PUT_BACK_TO_NOTHING.happen(this);
		insertChild("'" + CHILD + "'", "'" + spelling + "'");
		assertQuarantined(CHILD);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRowThatTheServerLostAndThatIsPutBackAgainBeforeItIsCompared(boolean declared) {
		open();
		this.server.reject((change) -> null);
		insertParent("'" + PARENT + "'");
		this.phone.client().sync();
		refuse(PARENT);
		this.server.account("ann").truncate(0);
		this.phone.client().sync();
		discard(1);
		if (declared) {
			this.server.epoch("second", true);
		}
		this.server.account("ann").truncate(0);
		insertChild("'" + CHILD + "'", "'" + PARENT + "'");
		assertQuarantined(CHILD);
	}

	/** What may happen to a device and its server. */
	enum Event {

		NOTHING {
			@Override
			void happen(DiscardedParentTests test) {
			}
		},
		PUT_BACK_TO_NOTHING {
			@Override
			void happen(DiscardedParentTests test) {
				test.server.account("ann").truncate(0);
				test.phone.client().sync();
			}
		},
		PUT_BACK_TWICE {
			@Override
			void happen(DiscardedParentTests test) {
				PUT_BACK_TO_NOTHING.happen(test);
				PUT_BACK_TO_NOTHING.happen(test);
			}
		},
		DECLARED {
			@Override
			void happen(DiscardedParentTests test) {
				test.server.epoch("second", true);
				test.server.account("ann").truncate(0);
				test.phone.client().sync();
			}
		},
		HYDRATE {
			@Override
			void happen(DiscardedParentTests test) {
				test.phone.client().hydrate();
			}
		},
		REPAIR {
			@Override
			void happen(DiscardedParentTests test) {
				test.phone.client().repair();
			}
		},
		REOPEN {
			@Override
			void happen(DiscardedParentTests test) {
				test.phone.reopen();
			}
		},
		REBUILD {
			@Override
			void happen(DiscardedParentTests test) {
				test.phone.execute("""
						CREATE TABLE rebuilt (id TEXT PRIMARY KEY, title TEXT);
						INSERT INTO rebuilt SELECT * FROM note;
						DROP TABLE note;
						ALTER TABLE rebuilt RENAME TO note;
						""");
				test.phone.client().sync();
			}
		},
		REBUILD_AND_PUT_BACK {
			@Override
			void happen(DiscardedParentTests test) {
				test.server.account("ann").truncate(0);
				REBUILD.happen(test);
			}
		};

		abstract void happen(DiscardedParentTests test);

	}

}
