/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever SQL an application runs, and wherever it dies: in the end the server has the
 * rows that are here, and these are the rows that the SQL alone would have made.
 */
@Tag("prove")
class RandomProgramPropertyTests {

	private static final String DDL = """
			CREATE TABLE note (id TEXT PRIMARY KEY, slug TEXT UNIQUE, stars INTEGER, data BLOB);
			CREATE TABLE comment (id BLOB PRIMARY KEY, note_id TEXT REFERENCES note (id) ON DELETE CASCADE ON UPDATE CASCADE,
			  body TEXT NOT NULL);""";

	private static final String REBUILD = """
			PRAGMA foreign_keys = OFF;
			BEGIN;
			CREATE TABLE new_note (id TEXT PRIMARY KEY, slug TEXT UNIQUE, stars INTEGER, data BLOB);
			INSERT INTO new_note SELECT * FROM note;
			DROP TABLE note;
			ALTER TABLE new_note RENAME TO note;
			ALTER TABLE comment RENAME TO old_comment;
			CREATE TABLE comment (id BLOB PRIMARY KEY, note_id TEXT REFERENCES note (id) ON DELETE CASCADE ON UPDATE CASCADE,
			  body TEXT NOT NULL);
			INSERT INTO comment SELECT * FROM old_comment;
			DROP TABLE old_comment;
			COMMIT;
			PRAGMA foreign_keys = ON""";

	private static final int KEYS = 5;

	/**
	 * Fixed, so that a build tells of the change that it builds; with another one, or
	 * none, and more tries, the search goes on.
	 */
	private static final String SEED = "-7553992002478908358";

	/** From this number on, changes of others are those of comments. */
	private static final int WEB_COMMENTS = 100;

	private static final String ORPHANS = "SELECT note_id FROM comment WHERE note_id NOT IN (SELECT id FROM note)";

	private Path folder;

	private boolean evading;

	private ModelServer server;

	private CrashingDataSource database;

	private SyncClient client;

	private Connection application;

	private Connection plain;

	@BeforeTry
	void open() throws Exception {
		this.folder = Files.createTempDirectory("programs");
		this.evading = false;
		this.server = new ModelServer();
		this.server.reference("app.comment", "note_id", "app.note");
		String url = "jdbc:sqlite:" + this.folder.resolve("device.db");
		this.application = connect(url);
		this.plain = connect("jdbc:sqlite::memory:");
		run(this.application, DDL);
		run(this.plain, DDL);
		this.database = new CrashingDataSource(url);
		this.client = client(this.database, "ann/phone");
	}

	@AfterTry
	void close() throws Exception {
		this.client.close();
		this.application.close();
		this.plain.close();
		try (var files = Files.list(this.folder)) {
			files.forEach(RandomProgramPropertyTests::delete);
		}
		Files.delete(this.folder);
	}

	private static void delete(Path file) {
		try {
			Files.delete(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Connection connect(String url) throws SQLException {
		Connection connection = DriverManager.getConnection(url);
		run(connection, "PRAGMA foreign_keys = ON;\nPRAGMA synchronous = OFF;\nPRAGMA journal_mode = MEMORY");
		return connection;
	}

	private SyncClient client(CrashingDataSource source, String identity) {
		return SyncClient.builder()
			.dataSource(source.dataSource())
			.server(ModelServer.URL)
			.http(this.server)
			.token(() -> identity)
			.user("ann")
			.device(identity.substring(identity.indexOf('/') + 1))
			.schema("app")
			.tables("note", "comment")
			.uploadBatch(4, 1_000_000)
			.open();
	}

	@Property(seed = SEED, tries = 2000, shrinking = ShrinkingMode.BOUNDED)
	void theServerHasWhatIsHere(@ForAll("programs") List<Step> program) throws Exception {
		program.forEach((step) -> run(step, false));
		settle();
		assertThat(local(this.application)).as("the sync changes nothing here").isEqualTo(local(this.plain));
		assertThat(onServer()).isEqualTo(local(this.application));
	}

	@Property(seed = SEED, tries = 500, shrinking = ShrinkingMode.BOUNDED)
	void devicesAgreeAlthoughOthersWriteAtTheSameTime(@ForAll("programs") List<Step> program) throws Exception {
		program.forEach((step) -> run(step, true));
		settle();
		assertThat(onServer()).isEqualTo(local(this.application));
		String url = "jdbc:sqlite:" + this.folder.resolve("other.db");
		try (Connection other = connect(url)) {
			run(other, DDL);
			try (SyncClient second = client(new CrashingDataSource(url), "ann/second")) {
				second.sync();
			}
			assertThat(local(other)).isEqualTo(local(this.application));
		}
	}

	/**
	 * Deletes of notes evade the application's foreign keys, so that comments stay and
	 * the server refuses them, in addition to those whose comments are not here yet.
	 */
	@Property(seed = SEED, tries = 1000, shrinking = ShrinkingMode.BOUNDED)
	void refusedDeletesComeToAnEnd(@ForAll("programsWithReferences") List<Step> program) throws Exception {
		this.evading = true;
		program.forEach((step) -> run(step, true));
		removeOrphans();
		settle();
		assertThat(onServer()).isEqualTo(local(this.application));
		ModelServer.Account account = this.server.account("ann");
		String url = "jdbc:sqlite:" + this.folder.resolve("other.db");
		try (Connection other = connect(url)) {
			run(other, DDL);
			try (SyncClient second = client(new CrashingDataSource(url), "ann/second")) {
				second.sync();
				int changes = account.stream().size();
				this.client.sync();
				second.sync();
				assertThat(account.stream()).as("nothing is restored again").hasSize(changes);
			}
			assertThat(local(other)).isEqualTo(local(this.application));
		}
		Statistics.label("restored rows").collect(Math.min(account.restored().size(), 3));
	}

	/**
	 * Removes comments that wait for notes which the server never had, or has no more.
	 */
	private void removeOrphans() throws SQLException {
		recover();
		this.server.endFaults();
		this.client.sync();
		this.client.sync();
		for (String note : texts(ORPHANS)) {
			assertThat(this.server.account("ann").live()).as("restored").doesNotContainKey("app.note:" + note);
		}
		run(this.application, "DELETE FROM comment WHERE note_id IN (" + ORPHANS + ")");
	}

	private List<String> texts(String sql) throws SQLException {
		List<String> texts = new ArrayList<>();
		try (Statement statement = this.application.createStatement(); ResultSet found = statement.executeQuery(sql)) {
			while (found.next()) {
				texts.add(found.getString(1));
			}
		}
		return texts;
	}

	/** Ends all trouble and syncs until nothing is left. */
	private void settle() {
		recover();
		this.server.endFaults();
		for (int i = 0; i < 5 && (i == 0 || this.client.status().pending() > 0); i++) {
			this.client.sync();
		}
		// a comment whose note another device deleted
		this.client.quarantined().forEach((change) -> this.client.discardQuarantined(change.id()));
		this.client.sync();
		SyncStatus status = this.client.status();
		assertThat(status.pending()).as("%s", status).isZero();
		assertThat(status.held()).as("%s", status).isZero();
	}

	private void recover() {
		if (this.database.recover()) {
			reopen();
		}
	}

	private void reopen() {
		this.client.close();
		try {
			this.client = client(this.database, "ann/phone");
		}
		catch (SyncException ex) {
			assertThat(this.database.recover()).as("%s", ex).isTrue();
			this.client = client(this.database, "ann/phone");
		}
	}

	private void run(Step step, boolean others) {
		switch (step.kind) {
			case SQL -> execute(step.sql);
			case OTHER -> {
				if (others) {
					change(step);
				}
			}
			case REOPEN -> reopen();
			case LOSE_REQUEST -> this.server.loseRequest();
			case LOSE_RESPONSE -> this.server.loseResponse();
			case CRASH -> this.database.crashBefore(step.number);
			case EDIT_IN_FLIGHT -> this.server.whileInFlight(() -> execute(step.sql));
			case UPLOAD -> sync(() -> this.client.uploadOnce());
			case DOWNLOAD -> sync(() -> this.client.downloadOnce(3));
			case SYNC -> sync(() -> this.client.sync());
			case HYDRATE -> sync(() -> this.client.hydrate());
			case REBUILD -> rebuild();
		}
	}

	/**
	 * What is deleted before the client has looked at the tables again would come back.
	 */
	private void rebuild() {
		for (String part : REBUILD.split(";\n")) {
			tryOn(this.application, part);
		}
		sync(() -> this.client.tablesChanged());
	}

	private void execute(String sql) {
		boolean evades = this.evading && sql.startsWith("DELETE FROM note");
		if (evades) {
			tryOn(this.application, "PRAGMA foreign_keys = OFF");
		}
		tryOn(this.application, sql);
		tryOn(this.plain, sql);
		if (evades) {
			tryOn(this.application, "PRAGMA foreign_keys = ON");
		}
	}

	private void sync(Runnable sync) {
		try {
			sync.run();
		}
		catch (SyncException ex) {
			// the request or the response was lost, or the process has died
		}
		recover();
	}

	private void change(Step step) {
		String note = key(step.number % KEYS);
		ModelServer.Account account = this.server.account("ann");
		boolean live = account.live().containsKey("app.note:" + note);
		if (step.number >= WEB_COMMENTS) {
			if (!live) {
				return;
			}
			String comment = key((step.number - WEB_COMMENTS) / KEYS);
			account.change("web", "app.comment", "UPDATE", comment,
					"{\"id\":\"%s\",\"note_id\":\"%s\",\"body\":\"web %d\"}".formatted(comment, note, step.number));
		}
		else if (step.number % 4 != 0) {
			account.change("web", "app.note", "UPDATE", note,
					"{\"id\":\"%s\",\"slug\":null,\"stars\":%d,\"data\":\"AQID\"}".formatted(note, step.number));
		}
		else if (account.live().values().stream().noneMatch((row) -> row.path("note_id").asString("").equals(note))) {
			account.change("web", "app.note", "DELETE", note, "");
		}
	}

	private static String key(int number) {
		return "00000000-0000-0000-0000-%012x".formatted(0xabc0 + number);
	}

	private static void tryOn(Connection connection, String sql) {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			// a constraint, on both sides alike
		}
	}

	private static void run(Connection connection, String sql) throws SQLException {
		for (String part : sql.split(";\n|;$")) {
			try (Statement statement = connection.createStatement()) {
				statement.execute(part);
			}
		}
	}

	private static List<String> local(Connection connection) throws SQLException {
		List<String> rows = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("""
				SELECT 'note', id, quote(slug), quote(stars), quote(data) FROM note
				UNION ALL SELECT 'comment', lower(hex(id)), quote(note_id), quote(body), '' FROM comment
				ORDER BY 1, 2""")) {
			while (found.next()) {
				rows.add(String.join("|", found.getString(1), found.getString(2).replace("-", ""), found.getString(3),
						found.getString(4), found.getString(5)));
			}
		}
		return rows;
	}

	private List<String> onServer() {
		List<String> rows = new ArrayList<>();
		this.server.account("ann").live().forEach((name, payload) -> {
			String key = payload.get("id").asString().replace("-", "");
			assertThat(name.replace("-", "")).endsWith(key);
			if (name.startsWith("app.note:")) {
				rows.add(String.join("|", "note", key, text(payload.get("slug")), text(payload.get("stars")),
						bytes(payload.get("data"))));
			}
			else {
				rows.add(String.join("|", "comment", key, text(payload.get("note_id")), text(payload.get("body")), ""));
			}
		});
		return rows;
	}

	private static String text(JsonNode value) {
		return value.isNull() ? "NULL" : value.isNumber() ? value.toString() : "'" + value.asString() + "'";
	}

	private static String bytes(JsonNode value) {
		return value.isNull() ? "NULL" : "X'"
				+ HexFormat.of().formatHex(Base64.getDecoder().decode(value.asString())).toUpperCase(Locale.ROOT) + "'";
	}

	@Provide
	Arbitrary<List<Step>> programs() {
		Arbitrary<Step> sql = statements().map((statement) -> new Step(Kind.SQL, 0, statement));
		Arbitrary<Step> inFlight = statements().map((statement) -> new Step(Kind.EDIT_IN_FLIGHT, 0, statement));
		Arbitrary<Step> numbered = Combinators
			.combine(Arbitraries.of(Kind.CRASH, Kind.OTHER), Arbitraries.integers().between(1, 60))
			.as((kind, number) -> new Step(kind, number, ""));
		Arbitrary<Step> simple = Arbitraries
			.of(Kind.UPLOAD, Kind.UPLOAD, Kind.DOWNLOAD, Kind.SYNC, Kind.SYNC, Kind.REOPEN, Kind.LOSE_REQUEST,
					Kind.LOSE_RESPONSE, Kind.HYDRATE, Kind.REBUILD)
			.map((kind) -> new Step(kind, 0, ""));
		return Arbitraries
			.frequencyOf(Tuple.of(10, sql), Tuple.of(1, inFlight), Tuple.of(3, numbered), Tuple.of(5, simple))
			.list()
			.ofMinSize(1)
			.ofMaxSize(30);
	}

	/** Few notes, without unique values, that come and go while comments are added. */
	@Provide
	Arbitrary<List<Step>> programsWithReferences() {
		Arbitrary<Integer> keys = Arbitraries.integers().between(0, 1);
		Arbitrary<String> statements = Combinators
			.combine(Arbitraries.of(0, 0, 6, 9, 9, 9, 10, 12, 13), keys, keys, Arbitraries.of(0))
			.as(RandomProgramPropertyTests::statement);
		Arbitrary<Step> steps = statements.map((statement) -> new Step(Kind.SQL, 0, statement));
		Arbitrary<Step> inFlight = statements.map((statement) -> new Step(Kind.EDIT_IN_FLIGHT, 0, statement));
		Arbitrary<Step> crash = Arbitraries.integers().between(1, 60).map((number) -> new Step(Kind.CRASH, number, ""));
		Arbitrary<Step> comments = Combinators.combine(keys, keys)
			.as((note, comment) -> new Step(Kind.OTHER, WEB_COMMENTS + KEYS * comment + note, ""));
		Arbitrary<Step> simple = Arbitraries
			.of(Kind.UPLOAD, Kind.DOWNLOAD, Kind.SYNC, Kind.SYNC, Kind.SYNC, Kind.REOPEN, Kind.LOSE_RESPONSE,
					Kind.HYDRATE)
			.map((kind) -> new Step(kind, 0, ""));
		return Arbitraries
			.frequencyOf(Tuple.of(10, steps), Tuple.of(1, inFlight), Tuple.of(1, crash), Tuple.of(4, comments),
					Tuple.of(8, simple))
			.list()
			.ofMinSize(1)
			.ofMaxSize(30);
	}

	private static Arbitrary<String> statements() {
		Arbitrary<Integer> keys = Arbitraries.integers().between(0, KEYS - 1);
		Arbitrary<Integer> values = Arbitraries.integers().between(0, 3);
		return Combinators.combine(Arbitraries.integers().between(0, 15), keys, keys, values)
			.as(RandomProgramPropertyTests::statement);
	}

	private static String statement(int kind, int first, int second, int value) {
		String note = "'" + key(first) + "'";
		String other = "'" + key(second) + "'";
		String comment = "X'" + key(second).replace("-", "") + "'";
		String slug = (value == 0) ? "NULL" : "'slug-" + value + "'";
		String row = "(" + note + ", " + slug + ", " + value + ", " + ((value == 1) ? "NULL" : "X'0" + value + "'")
				+ ")";
		return switch (kind) {
			case 0, 1 -> "INSERT INTO note VALUES " + row;
			case 2 -> "INSERT OR REPLACE INTO note VALUES " + row;
			case 3 -> "INSERT OR IGNORE INTO note VALUES " + row;
			case 4 -> "INSERT INTO note VALUES " + row + " ON CONFLICT (id) DO UPDATE SET stars = stars + 1";
			case 5 -> "INSERT INTO note VALUES " + row + " ON CONFLICT (slug) DO UPDATE SET stars = excluded.stars";
			case 6 -> "UPDATE note SET stars = " + value + " WHERE id = " + note;
			case 7 -> "UPDATE OR REPLACE note SET slug = " + slug + " WHERE id = " + note;
			case 8 -> "UPDATE note SET id = " + other + " WHERE id = " + note;
			case 9 -> "DELETE FROM note WHERE id = " + note;
			case 10, 11 -> "INSERT INTO comment VALUES (" + comment + ", " + note + ", 'body " + value + "')";
			case 12 -> "UPDATE comment SET note_id = " + note + " WHERE id = " + comment;
			case 13 -> "DELETE FROM comment WHERE id = " + comment;
			case 14 -> "UPDATE note SET stars = coalesce(stars, 0) + 1";
			default -> "INSERT OR REPLACE INTO comment VALUES (" + comment + ", NULL, 'body " + value + "')";
		};
	}

	enum Kind {

		SQL, OTHER, UPLOAD, DOWNLOAD, SYNC, HYDRATE, REBUILD, REOPEN, LOSE_REQUEST, LOSE_RESPONSE, CRASH, EDIT_IN_FLIGHT

	}

	record Step(Kind kind, int number, String sql) {

		@Override
		public String toString() {
			return this.kind + ((this.number > 0) ? " " + this.number : "")
					+ (this.sql.isEmpty() ? "" : " " + this.sql);
		}

	}

}
