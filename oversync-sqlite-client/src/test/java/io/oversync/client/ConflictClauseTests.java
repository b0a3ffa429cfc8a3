/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The {@code ON CONFLICT} clauses of a table's constraints: rows of the server are held
 * whatever they say, and what they replace for the application is noted.
 */
class ConflictClauseTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void open(String columns) {
		open(columns, "");
	}

	private void open(String columns, String more) {
		String ddl = "CREATE TABLE note (" + columns + ");\n" + more;
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", ddl, "note").open();
	}

	private void comes(String op, String id, String members) {
		this.server.account("ann").change("web", "app.note", op, id, "{\"id\":\"" + id + "\"," + members + "}");
	}

	private List<String> rows() {
		return this.phone.query("SELECT id, title, slug FROM note ORDER BY id");
	}

	@ParameterizedTest
	@ValueSource(strings = { "REPLACE", "IGNORE", "ROLLBACK", "FAIL", "ABORT" })
	void aRowWithAUniqueValueThatIsHereIsHeld(String clause) {
		open("id TEXT PRIMARY KEY, title TEXT, slug TEXT UNIQUE ON CONFLICT " + clause);
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'mine', 'x')");
		comes("INSERT", B, "\"title\":\"theirs\",\"slug\":\"x\"");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|mine|x");
		assertThat(this.phone.client().held()).singleElement().satisfies((row) -> {
			assertThat(row.reason()).contains("UNIQUE", "note.slug");
			assertThat(row.inTheWay()).containsExactly(A);
		});
		this.phone.execute("UPDATE note SET slug = 'y'");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|mine|y", B + "|theirs|x");
		comes("UPDATE", B, "\"title\":\"theirs\",\"slug\":\"y\"");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(A + "|mine|y", B + "|theirs|x");
		assertThat(this.phone.client().held()).hasSize(1);
		this.phone.client().hydrate();
		assertThat(rows()).containsExactly(A + "|mine|y", B + "|theirs|x");
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "REPLACE", "IGNORE", "ROLLBACK", "FAIL", "ABORT" })
	void aRowWithoutAValueThatIsNeededIsHeld(String clause) {
		open("id TEXT PRIMARY KEY, title TEXT NOT NULL ON CONFLICT " + clause + " DEFAULT 'none', slug TEXT");
		comes("INSERT", A, "\"title\":null,\"slug\":\"x\"");
		comes("INSERT", B, "\"title\":\"b\",\"slug\":\"y\"");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(B + "|b|y");
		comes("UPDATE", B, "\"title\":null,\"slug\":\"z\"");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(B + "|b|y");
		// also a row that lacks a column
		comes("UPDATE", B, "\"title\":null");
		this.phone.client().sync();
		assertThat(rows()).containsExactly(B + "|b|y");
		assertThat(this.phone.client().held()).extracting(HeldRow::pk).containsExactly(A, B);
		assertThat(this.phone.client().held()).allSatisfy((row) -> assertThat(row.reason()).contains("NOT NULL"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "REPLACE", "IGNORE", "ROLLBACK", "FAIL", "ABORT" })
	void theClauseOfTheKeyChangesNothing(String clause) {
		open("id TEXT PRIMARY KEY ON CONFLICT " + clause + ", title TEXT, slug TEXT, mine TEXT DEFAULT 'mine'");
		comes("INSERT", A, "\"title\":\"a\",\"slug\":\"x\"");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET mine = 'kept'");
		this.phone.client().sync();
		comes("UPDATE", A, "\"title\":\"a2\",\"slug\":\"y\"");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT * FROM note")).containsExactly(A + "|a2|y|kept");
		assertThat(this.phone.client().held()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "slug TEXT UNIQUE ON CONFLICT REPLACE",
			"slug TEXT COLLATE NOCASE, UNIQUE (slug) ON CONFLICT REPLACE",
			"slug TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x' UNIQUE ON CONFLICT REPLACE",
			"slug TEXT NOT NULL DEFAULT 'x' UNIQUE" })
	void whatTheApplicationsInsertReplacesIsDeletedOnTheServer(String slug) {
		open("id TEXT PRIMARY KEY, title TEXT, " + slug);
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'x')");
		this.phone.client().sync();
		String value = slug.contains("DEFAULT") ? "NULL" : slug.contains("NOCASE") ? "'X'" : "'x'";
		String clause = slug.contains("ON CONFLICT") ? "" : "OR REPLACE ";
		this.phone.execute("INSERT " + clause + "INTO note VALUES ('" + B + "', 'b', " + value + ")");
		assertThat(this.phone.query("SELECT id FROM note")).containsExactly(B);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).doesNotContainKey("app.note:" + A);
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'y')");
		this.phone.client().sync();
		this.phone.execute("UPDATE " + clause + "note SET slug = " + value + " WHERE id = '" + A + "'");
		assertThat(this.phone.query("SELECT id FROM note")).containsExactly(A);
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).doesNotContainKey("app.note:" + B);
	}

	@Test
	void theClausesWithinTriggersHoldForTheServersRows() {
		open("id TEXT PRIMARY KEY, title TEXT, slug TEXT",
				"""
						CREATE TABLE find (id TEXT PRIMARY KEY, title TEXT);
						CREATE TABLE word (title TEXT PRIMARY KEY);
						CREATE TRIGGER added AFTER INSERT ON note BEGIN
						  INSERT OR REPLACE INTO find VALUES (NEW.id, NEW.title); INSERT OR IGNORE INTO word VALUES (NEW.title); END;
						CREATE TRIGGER changed AFTER UPDATE ON note BEGIN
						  INSERT OR REPLACE INTO find VALUES (NEW.id, NEW.title); INSERT OR IGNORE INTO word VALUES (NEW.title); END;
						""");
		comes("INSERT", A, "\"title\":\"a\",\"slug\":\"x\"");
		comes("INSERT", B, "\"title\":\"a\",\"slug\":\"x\"");
		this.phone.client().sync();
		comes("UPDATE", A, "\"title\":\"b\",\"slug\":\"x\"");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		comes("UPDATE", B, "\"title\":\"b\",\"slug\":\"x\"");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.phone.query("SELECT title FROM find")).containsExactly("b", "b");
		assertThat(this.phone.query("SELECT title FROM word")).containsExactly("a", "b");
		assertThat(rows()).containsExactly(A + "|b|x", B + "|b|x");
	}

}
