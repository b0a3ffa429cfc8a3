/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.oversync.client.internal.capture.UnguardedTriggers;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.table.LocalTable;
import io.oversync.client.internal.table.TableReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Triggers of the application ask whether the client is writing a row of the server.
 */
class ApplicationTriggerTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String NOTE = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, updated_at TEXT);\n";

	private static final String GUARD = "WHEN NOT EXISTS (SELECT 1 FROM oversync_applying) ";

	private static final String TOUCH = "BEGIN UPDATE note SET updated_at = 'by %s' WHERE id = NEW.id; END;\n";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private TestDevice device(String name) {
		// an application may create the table before the client is opened the first time
		return new TestDevice(this.folder, this.server, "ann/" + name,
				NOTE + "CREATE TABLE IF NOT EXISTS oversync_applying (applying INTEGER);\n"
						+ "CREATE TRIGGER added AFTER INSERT ON note " + GUARD + TOUCH.formatted(name)
						+ "CREATE TRIGGER touched AFTER UPDATE OF title ON note " + GUARD + TOUCH.formatted(name),
				"note");
	}

	@Test
	void aGuardedTriggerFiresForTheApplicationAndNotForTheServersRows() {
		this.phone = device("phone");
		this.tablet = device("tablet");
		this.phone.execute("INSERT INTO note (id, title) VALUES ('" + A + "', 'before the first open')");
		assertThat(this.phone.query("SELECT updated_at FROM note")).containsExactly("by phone");
		this.phone.open().client().sync();
		this.tablet.open().client().sync();
		assertThat(this.tablet.query("SELECT updated_at FROM note")).containsExactly("by phone");
		this.tablet.execute("UPDATE note SET title = 'edited'");
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title, updated_at FROM note")).containsExactly("edited|by tablet")
			.isEqualTo(this.tablet.query("SELECT title, updated_at FROM note"));
		assertThat(this.phone.query("SELECT * FROM oversync_applying")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '~', delimiter = '|', textBlock = """
			AFTER UPDATE ON note BEGIN UPDATE note SET updated_at = 1 WHERE id = NEW.id; END              | true
			AFTER UPDATE ON note BEGIN UPDATE OR IGNORE "note" SET updated_at = 1 WHERE id = NEW.id; END  | true
			AFTER INSERT ON NOTE BEGIN insert or replace into Item VALUES (NEW.id); END                   | true
			AFTER DELETE ON note BEGIN DELETE FROM item WHERE id = OLD.id; END                            | true
			AFTER UPDATE ON note WHEN NOT EXISTS (SELECT 1 FROM oversync_applying) BEGIN DELETE FROM item; END | false
			AFTER UPDATE ON note BEGIN UPDATE note_index SET text = NEW.title WHERE id = NEW.id; END      | false
			AFTER UPDATE ON note BEGIN INSERT INTO log VALUES (NEW.id); END                               | false
			AFTER UPDATE ON log BEGIN UPDATE note SET updated_at = 1; END                                 | false
			""")
	void anUnguardedTriggerIsFound(String trigger, boolean unguarded) {
		String more = "CREATE TABLE item (id TEXT PRIMARY KEY);\nCREATE TABLE log (id TEXT);\n"
				+ "CREATE TABLE note_index (id TEXT, text TEXT);\n";
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", NOTE + more, "note", "item").open();
		this.tablet = this.phone;
		this.phone.execute("CREATE TRIGGER mine " + trigger);
		SQLiteDataSource sqlite = new SQLiteDataSource();
		sqlite.setUrl("jdbc:sqlite:" + this.phone.file());
		try (Database database = new Database(sqlite, Duration.ofSeconds(1))) {
			List<LocalTable> tables = database.write(() -> {
				TableReader reader = new TableReader(database);
				return List.of(reader.read(SyncTable.of("note"), "app"), reader.read(SyncTable.of("item"), "app"));
			});
			assertThat(database.read(() -> new UnguardedTriggers(database).find(tables)))
				.isEqualTo(unguarded ? List.of("mine") : List.of());
		}
	}

}
