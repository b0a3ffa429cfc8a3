/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is sent after all sorts of SQL.
 */
class CaptureTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String C = "00000000-0000-0000-0000-00000000000c";

	private static final String NOTE = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, slug TEXT UNIQUE);\n";

	private final ModelServer server = new ModelServer();

	private final List<TestDevice> devices = new ArrayList<>();

	@TempDir
	private Path folder;

	@AfterEach
	void close() {
		this.devices.forEach(TestDevice::close);
	}

	@Test
	void nothingIsPendingInTheBeginning() {
		assertThat(device("phone", NOTE, "note").client().status().pending()).isZero();
	}

	@Test
	void aStatementOfManyRowsIsCapturedRowByRow() {
		TestDevice phone = withThreeNotes();
		phone.execute("UPDATE note SET title = title || '!' WHERE id > '" + A + "'");
		assertThat(sent(phone)).containsExactly("UPDATE note:b", "UPDATE note:c");
		phone.execute("DELETE FROM note");
		assertThat(sent(phone)).containsExactlyInAnyOrder("DELETE note:a", "DELETE note:b", "DELETE note:c");
	}

	@Test
	void rowsThatAreCopiedFromRowsAreCaptured() {
		TestDevice phone = withThreeNotes();
		phone.execute("INSERT INTO note (id, title) SELECT '1' || substr(id, 2), title FROM note");
		assertThat(sent(phone)).hasSize(3).allMatch((change) -> change.startsWith("INSERT note:1"));
		phone.execute("UPDATE note SET title = other.title FROM note AS other WHERE note.id = '" + A
				+ "' AND other.slug = 'b'");
		assertThat(sent(phone)).containsExactly("UPDATE note:a");
		assertThat(payload("note", A).get("title").asString()).isEqualTo("B");
	}

	@Test
	void manyEditsOfARowAreOneChange() {
		TestDevice phone = withThreeNotes();
		phone.execute("UPDATE note SET title = 'x' WHERE id = '" + A + "'");
		phone.execute("UPDATE note SET title = 'y' WHERE id = '" + A + "'");
		phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		phone.execute("INSERT INTO note (id, title) VALUES ('" + A + "', 'z')");
		assertThat(phone.client().status().pending()).isEqualTo(1);
		assertThat(sent(phone)).containsExactly("UPDATE note:a");
	}

	@Test
	void anUpdateThatChangesNothingIsNotSent() {
		TestDevice phone = withThreeNotes();
		phone.execute("UPDATE note SET title = title, id = id");
		phone.execute("UPDATE note SET title = 'x'");
		phone.execute("UPDATE note SET title = upper(slug)");
		phone.execute("DELETE FROM note WHERE id = '" + A + "'");
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'A', 'a')");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().status().pending()).isZero();
	}

	@Test
	void aRowThatTheServerNeverHadIsNotDeletedThere() {
		TestDevice phone = withThreeNotes();
		phone.execute("INSERT INTO note (id) VALUES ('0000000d-0000-0000-0000-000000000000')");
		phone.execute("DELETE FROM note WHERE slug IS NULL");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().status().pending()).isZero();
	}

	@Test
	void onlyATypeThatChangesIsAChangeToo() {
		TestDevice phone = device("phone", "CREATE TABLE thing (id TEXT PRIMARY KEY, value ANY) STRICT", "thing");
		phone.execute("INSERT INTO thing VALUES ('" + A + "', 5)");
		phone.client().sync();
		phone.execute("UPDATE thing SET value = '5'");
		phone.client().sync();
		assertThat(payload("thing", A).get("value").isString()).isTrue();
	}

	@Test
	void everyConnectionIsCapturedAlsoWhileNoClientIsOpen() throws SQLException {
		TestDevice phone = withThreeNotes();
		try (Connection first = connect(phone); Connection second = connect(phone)) {
			update(first, "UPDATE note SET title = 'first' WHERE slug = 'a'");
			update(second, "UPDATE note SET title = 'second' WHERE slug = 'b'");
			phone.client().close();
			update(first, "DELETE FROM note WHERE slug = 'c'");
		}
		phone.open();
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "UPDATE note:b", "DELETE note:c");
	}

	@Test
	void whatIsRolledBackIsNotPending() throws SQLException {
		TestDevice phone = withThreeNotes();
		try (Connection connection = connect(phone)) {
			connection.setAutoCommit(false);
			update(connection, "UPDATE note SET title = 'x'");
			connection.rollback();
			assertThat(phone.client().status().pending()).isZero();
			update(connection, "UPDATE note SET title = 'kept' WHERE slug = 'a'");
			update(connection, "SAVEPOINT s");
			update(connection, "UPDATE note SET title = 'undone'");
			update(connection, "DELETE FROM note");
			update(connection, "ROLLBACK TO s");
			connection.commit();
		}
		assertThat(phone.client().status().pending()).isEqualTo(1);
		assertThat(sent(phone)).containsExactly("UPDATE note:a");
		assertThat(payload("note", A).get("title").asString()).isEqualTo("kept");
	}

	@Test
	void aStatementThatFailsLeavesNothingPending() {
		TestDevice phone = withThreeNotes();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> phone.execute("UPDATE note SET slug = 'same'"))
			.withMessageContaining("UNIQUE");
		assertThat(phone.client().status().pending()).isZero();
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> phone.execute("UPDATE OR FAIL note SET slug = 'same'"));
		assertThat(sent(phone)).as("what OR FAIL has done before it failed").hasSize(1);
	}

	@Test
	void recursiveTriggersChangeNothing() {
		TestDevice phone = withThreeNotes();
		phone.execute("PRAGMA recursive_triggers = ON");
		phone.execute("INSERT OR REPLACE INTO note VALUES ('" + A + "', 'new', 'b')");
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "DELETE note:b");
		phone.execute("UPDATE OR REPLACE note SET slug = 'c'");
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "DELETE note:c");
	}

	@Test
	void theApplicationsOwnTriggersAreCaptured() {
		TestDevice phone = device("phone", NOTE + "CREATE TABLE log (id TEXT PRIMARY KEY, what TEXT)", "note", "log");
		phone.execute("CREATE TRIGGER logged AFTER INSERT ON note BEGIN INSERT INTO log VALUES ('" + B
				+ "', NEW.title); UPDATE note SET title = upper(title) WHERE id = NEW.id; END");
		phone.execute("INSERT INTO note (id, title) VALUES ('" + A + "', 'a')");
		assertThat(sent(phone)).containsExactly("INSERT note:a", "INSERT log:b");
		assertThat(payload("note", A).get("title").asString()).isEqualTo("A");
	}

	@Test
	void whatGoesThroughAViewIsCaptured() {
		TestDevice phone = device("phone", NOTE + "CREATE VIEW titles AS SELECT id, title FROM note", "note");
		phone.execute("CREATE TRIGGER through INSTEAD OF INSERT ON titles BEGIN INSERT INTO note (id, title) "
				+ "VALUES (NEW.id, NEW.title); END");
		phone.execute("INSERT INTO titles VALUES ('" + A + "', 'a')");
		assertThat(sent(phone)).containsExactly("INSERT note:a");
	}

	@Test
	void actionsOfForeignKeysAreCaptured() {
		TestDevice phone = device("phone",
				"""
						CREATE TABLE note (id TEXT PRIMARY KEY);
						CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT REFERENCES note ON DELETE SET NULL ON UPDATE CASCADE);
						""",
				"note", "item");
		phone.execute("INSERT INTO note VALUES ('" + A + "')");
		phone.execute("INSERT INTO item VALUES ('" + B + "', '" + A + "')");
		sent(phone);
		phone.execute("UPDATE note SET id = '" + C + "'");
		assertThat(sent(phone)).containsExactly("INSERT note:c", "UPDATE item:b", "DELETE note:a");
		phone.execute("DELETE FROM note");
		assertThat(sent(phone)).containsExactly("UPDATE item:b", "DELETE note:c");
		assertThat(payload("item", B).get("note_id").isNull()).isTrue();
	}

	@Test
	void rowsThatAConstraintsOwnClauseReplacesAreCaptured() {
		TestDevice phone = device("phone", "CREATE TABLE note (id TEXT PRIMARY KEY ON CONFLICT REPLACE, title TEXT,"
				+ " slug TEXT UNIQUE ON CONFLICT REPLACE)", "note");
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'A', 'a')");
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'B', 'b')");
		sent(phone);
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'new', 'b')");
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "DELETE note:b");
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'B', 'x')");
		sent(phone);
		phone.execute("UPDATE note SET slug = 'x' WHERE id = '" + A + "'");
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "DELETE note:b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE UNIQUE INDEX u ON note (title COLLATE NOCASE)",
			"CREATE UNIQUE INDEX u ON note (title COLLATE NOCASE) WHERE slug IS NOT NULL",
			"CREATE UNIQUE INDEX u ON note (lower(title))" })
	void rowsThatAnyUniqueIndexReplacesAreCaptured(String index) {
		TestDevice phone = device("phone", NOTE + index, "note");
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'one', 'a')");
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'two', 'b')");
		sent(phone);
		phone.execute("INSERT OR REPLACE INTO note VALUES ('" + C + "', 'ONE', 'c')");
		assertThat(sent(phone)).containsExactly("INSERT note:c", "DELETE note:a");
		phone.execute("UPDATE OR REPLACE note SET title = 'TWO' WHERE id = '" + C + "'");
		assertThat(sent(phone)).containsExactly("UPDATE note:c", "DELETE note:b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "VIRTUAL", "STORED" })
	void rowsThatAUniqueGeneratedColumnReplacesAreCaptured(String kind) {
		TestDevice phone = device("phone",
				"CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, folded TEXT AS (lower(title)) " + kind
						+ " UNIQUE)",
				"note");
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'one')");
		phone.execute("INSERT INTO note VALUES ('" + B + "', 'two')");
		sent(phone);
		phone.execute("INSERT OR REPLACE INTO note VALUES ('" + C + "', 'ONE')");
		assertThat(sent(phone)).containsExactly("INSERT note:c", "DELETE note:a");
		phone.execute("UPDATE OR REPLACE note SET title = 'TWO' WHERE id = '" + C + "'");
		assertThat(sent(phone)).containsExactly("UPDATE note:c", "DELETE note:b");
	}

	@Test
	void generatedColumnsAreNotSentAndAreMadeAgainElsewhere() {
		String ddl = "CREATE TABLE box (id TEXT PRIMARY KEY, w INTEGER, area INTEGER AS (w * w) VIRTUAL,"
				+ " twice INTEGER AS (w * 2) STORED, h INTEGER)";
		TestDevice phone = device("phone", ddl, "box");
		TestDevice tablet = device("tablet", ddl, "box");
		phone.execute("INSERT INTO box VALUES ('" + A + "', 3, 4)");
		assertThat(sent(phone)).containsExactly("INSERT box:a");
		assertThat(payload("box", A).propertyNames()).containsExactly("id", "w", "h");
		tablet.client().sync();
		phone.execute("UPDATE box SET w = 5");
		assertThat(sent(phone)).containsExactly("UPDATE box:a");
		tablet.client().sync();
		assertThat(tablet.query("SELECT w, area, twice, h FROM box")).containsExactly("5|25|10|4");
	}

	@ParameterizedTest
	@ValueSource(strings = { "WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID" })
	void tablesOfEveryKindAreCaptured(String options) {
		String ddl = "CREATE TABLE note (id BLOB PRIMARY KEY, title TEXT, slug TEXT UNIQUE) " + options;
		TestDevice phone = device("phone", ddl, "note");
		TestDevice tablet = device("tablet", ddl, "note");
		phone.execute("INSERT INTO note VALUES (" + blob(A) + ", 'A', 'a')");
		phone.execute("INSERT INTO note VALUES (" + blob(B) + ", 'B', 'b')");
		assertThat(sent(phone)).containsExactly("INSERT note:a", "INSERT note:b");
		assertThat(payload("note", A).get("id").asString()).isEqualTo(A);
		phone.execute("INSERT OR REPLACE INTO note VALUES (" + blob(A) + ", 'new', 'b')");
		assertThat(sent(phone)).containsExactly("UPDATE note:a", "DELETE note:b");
		phone.execute("UPDATE note SET id = " + blob(C));
		assertThat(sent(phone)).containsExactly("INSERT note:c", "DELETE note:a");
		tablet.client().sync();
		assertThat(tablet.query("SELECT quote(id), title, slug FROM note")).containsExactly(blob(C) + "|new|b");
		tablet.execute("DELETE FROM note");
		assertThat(sent(tablet)).containsExactly("DELETE note:c");
	}

	@Test
	void keysThatADefaultMakesAreCaptured() {
		TestDevice phone = device("phone",
				"CREATE TABLE note (id BLOB PRIMARY KEY NOT NULL DEFAULT (randomblob(16)), title TEXT)", "note");
		phone.execute("INSERT INTO note (title) VALUES ('a'), ('b')");
		phone.execute("INSERT OR REPLACE INTO note (title) VALUES ('c')");
		assertThat(phone.client().status().pending()).isEqualTo(3);
		assertThat(sent(phone)).hasSize(3);
		assertThat(this.server.account("ann").live().values())
			.allSatisfy((payload) -> assertThat(phone.query("SELECT title FROM note WHERE lower(hex(id)) = '"
					+ payload.get("id").asString().replace("-", "") + "'"))
				.containsExactly(payload.get("title").asString()));
	}

	@Test
	void namesMayBeReservedWordsOrHoldQuotesAndSpaces() {
		String table = "\"Order \"\"by\"\" it's [x]\"";
		String ddl = "CREATE TABLE " + table + " (\"Primary Key\" TEXT PRIMARY KEY, \"group\" TEXT,"
				+ " \"it's \"\"quoted\"\"\" TEXT UNIQUE, \"ÄÖ;\" BLOB, [SELECT] INTEGER)";
		TestDevice phone = device("phone", ddl);
		TestDevice tablet = device("tablet", ddl);
		for (TestDevice device : List.of(phone, tablet)) {
			device.with((builder) -> builder.tables(SyncTable.of("Order \"by\" it's [x]").onServer("app", "orders")))
				.open();
		}
		phone.execute("INSERT INTO " + table + " VALUES ('" + A + "', 'g', 'q''', X'00', 1)");
		phone.execute("INSERT INTO " + table + " VALUES ('" + B + "', 'h', 'r', NULL, 2)");
		assertThat(sent(phone)).containsExactly("INSERT orders:a", "INSERT orders:b");
		phone.execute("UPDATE " + table + " SET [select] = 1, \"group\" = 'x' WHERE \"primary key\" = '" + A + "'");
		phone.execute("UPDATE OR REPLACE " + table + " SET \"it's \"\"quoted\"\"\" = 'r' WHERE [select] = 1");
		assertThat(sent(phone)).containsExactly("UPDATE orders:a", "DELETE orders:b");
		tablet.client().sync();
		assertThat(tablet.query("SELECT * FROM " + table)).hasSize(1);
		assertThat(tablet.query("SELECT \"group\", \"it's \"\"quoted\"\"\", quote(\"ÄÖ;\"), [select] FROM " + table))
			.containsExactly("x|r|X'00'|1");
		phone.execute("UPDATE " + table + " SET \"group\" = \"group\"");
		assertThat(sent(phone)).isEmpty();
	}

	@Test
	void wideTablesAreCaptured() {
		String columns = IntStream.rangeClosed(1, 150).mapToObj((i) -> "c" + i).collect(Collectors.joining(", "));
		String ddl = "CREATE TABLE wide (id TEXT PRIMARY KEY, " + columns + ")";
		TestDevice phone = device("phone", ddl, "wide");
		TestDevice tablet = device("tablet", ddl, "wide");
		phone.execute("INSERT INTO wide (id, c1, c150) VALUES ('" + A + "', 1.5, 'last')");
		assertThat(sent(phone)).containsExactly("INSERT wide:a");
		phone.execute("UPDATE wide SET c150 = NULL, c75 = X'' WHERE id = '" + A + "'");
		phone.execute("UPDATE wide SET c150 = 'last', c75 = NULL WHERE id = '" + A + "'");
		assertThat(sent(phone)).isEmpty();
		phone.execute("UPDATE wide SET c149 = 'changed'");
		assertThat(sent(phone)).containsExactly("UPDATE wide:a");
		tablet.client().sync();
		assertThat(tablet.query("SELECT c1, c149, c150 FROM wide")).containsExactly("1.5|changed|last");
	}

	@Test
	void aNullKeyIsRefused() {
		TestDevice phone = withThreeNotes();
		for (String statement : List.of("INSERT INTO note (title) VALUES ('x')",
				"INSERT OR IGNORE INTO note (id, title) VALUES (NULL, 'x')",
				"UPDATE note SET id = NULL WHERE slug = 'a'")) {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> phone.execute(statement))
				.withMessageContaining("The key note.id must not be NULL");
		}
		assertThat(phone.query("SELECT count(*) FROM note")).containsExactly("3");
		assertThat(phone.client().status().pending()).isZero();
	}

	@Test
	void bytesThatAreNoUuidAreShownAsSqliteWritesThem() {
		TestDevice phone = device("phone", "CREATE TABLE note (id BLOB PRIMARY KEY NOT NULL, body TEXT)", "note");
		phone.execute("INSERT INTO note (id) VALUES (x'0AFF')");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.pk()).isEqualTo("x'0aff'"));
	}

	@Test
	void aKeyThatIsNoUuidGoesToTheQuarantineAndHoldsNothingBack() {
		TestDevice phone = device("phone", NOTE, "note");
		phone.execute("INSERT INTO note (id) VALUES ('one')");
		phone.execute("INSERT INTO note (id) VALUES ('" + A + "')");
		assertThat(sent(phone)).containsExactly("INSERT note:a");
		assertThat(phone.client().quarantined()).singleElement().satisfies((change) -> {
			assertThat(change.pk()).isEqualTo("one");
			assertThat(change.reason()).isEqualTo("unsupported_value");
			assertThat(change.message()).contains("note.id").contains("no UUID");
		});
		phone.execute("UPDATE note SET id = '" + B + "' WHERE id = 'one'");
		assertThat(sent(phone)).containsExactly("INSERT note:b");
		assertThat(phone.client().quarantined()).isEmpty();
	}

	@Test
	void textInABlobKeyGoesToTheQuarantine() {
		TestDevice phone = device("phone", "CREATE TABLE note (id BLOB PRIMARY KEY, title TEXT)", "note");
		phone.execute("INSERT INTO note VALUES ('" + A + "', 'a')");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.message()).contains("note.id").contains("BLOB"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "BINARY", "NOCASE", "RTRIM" })
	void upperCaseKeysStayAsTheyAreOnEveryDevice(String collation) {
		String ddl = """
				CREATE TABLE note (id TEXT COLLATE %1$s PRIMARY KEY, title TEXT);
				CREATE TABLE item (id TEXT PRIMARY KEY, note_id TEXT COLLATE %1$s REFERENCES note);
				""".formatted(collation);
		TestDevice phone = device("phone", ddl, "note", "item");
		TestDevice tablet = device("tablet", ddl, "note", "item");
		String upper = A.replace("00000000-0", "ABCDEF00-0").toUpperCase();
		phone.execute("INSERT INTO note VALUES ('" + upper + "', 'a')");
		phone.execute("INSERT INTO item VALUES ('" + B + "', '" + upper + "')");
		assertThat(sent(phone)).hasSize(2).contains("INSERT note:" + upper.toLowerCase());
		tablet.client().sync();
		assertThat(tablet.query("SELECT note.id FROM note JOIN item ON item.note_id = note.id")).containsExactly(upper);
		tablet.execute("UPDATE note SET title = 'changed'");
		tablet.client().sync();
		phone.client().sync();
		assertThat(phone.query("SELECT * FROM note")).containsExactly(upper + "|changed");
		phone.execute("DELETE FROM item");
		phone.execute("DELETE FROM note");
		phone.client().sync();
		tablet.client().sync();
		assertThat(tablet.query("SELECT * FROM note")).isEmpty();
	}

	@Test
	void aSecondSpellingOfAUuidGoesToTheQuarantine() {
		TestDevice phone = withThreeNotes();
		phone.execute("INSERT INTO note (id, title) VALUES ('" + A.toUpperCase() + "', 'twin')");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().quarantined()).singleElement()
			.satisfies((change) -> assertThat(change.message()).contains(A).contains(A.toUpperCase()));
		assertThat(payload("note", A).get("title").asString()).isEqualTo("A");
		phone.execute("DELETE FROM note WHERE title = 'twin'");
		assertThat(sent(phone)).isEmpty();
		assertThat(phone.client().quarantined()).isEmpty();
		assertThat(this.server.account("ann").live()).hasSize(3);
	}

	@Test
	void aKeyThatIsSpelledInAnotherWayIsStillTheSameRow() {
		TestDevice phone = withThreeNotes();
		phone.execute("UPDATE note SET id = upper(id) WHERE slug = 'a'");
		assertThat(sent(phone)).containsExactly("UPDATE note:a");
		phone.execute("UPDATE note SET title = 'edited' WHERE slug = 'a'");
		assertThat(sent(phone)).containsExactly("UPDATE note:a");
		assertThat(payload("note", A).get("id").asString()).isEqualTo(A.toUpperCase());
		phone.execute("DELETE FROM note WHERE slug = 'a'");
		assertThat(sent(phone)).containsExactly("DELETE note:a");
	}

	private TestDevice withThreeNotes() {
		TestDevice phone = device("phone", NOTE, "note");
		phone.execute(
				"INSERT INTO note VALUES ('" + A + "', 'A', 'a'), ('" + B + "', 'B', 'b'), ('" + C + "', 'C', 'c')");
		assertThat(sent(phone)).hasSize(3);
		return phone;
	}

	/** Opens the device, unless its tables come later. */
	private TestDevice device(String name, String ddl, String... tables) {
		TestDevice device = new TestDevice(this.folder, this.server, "ann/" + name, ddl, tables);
		this.devices.add(device);
		return (tables.length > 0) ? device.open() : device;
	}

	private List<String> sent(TestDevice device) {
		device.client().sync();
		return this.server.received();
	}

	private JsonNode payload(String table, String pk) {
		return this.server.account("ann").live().get("app." + table + ":" + pk);
	}

	private static String blob(String uuid) {
		return "X'" + uuid.replace("-", "").toUpperCase() + "'";
	}

	private static Connection connect(TestDevice device) throws SQLException {
		return DriverManager.getConnection("jdbc:sqlite:" + device.file());
	}

	private static void update(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.executeUpdate();
		}
	}

}
