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
 * The outer statement's conflict clause rules inside of triggers: what is noted must not
 * depend on it.
 */
class CaptureUnderConflictClausesTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT NOT NULL UNIQUE);";

	private static final String WAS_MILK = "1|" + A + "|'id' '" + A + "' 'title' 'milk'";

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, new ModelServer(), "ann/phone", DDL, "note").open();
		insert("INSERT", A, "milk");
		this.phone.client().sync();
		assertThat(dirty()).isEmpty();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ABORT",
			"INSERT OR ROLLBACK", "REPLACE" })
	void aRowThatComesBackKeepsWhatItWasAndItsPlace(String insert) {
		this.phone.execute("DELETE FROM note");
		insert("INSERT", B, "bread");
		insert(insert, A, "tea");
		assertThat(dirty()).containsExactly(WAS_MILK, "2|" + B + "|null");
	}

	@Test
	void aRowThatIsReplacedAgainAndAgainKeepsWhatItWas() {
		insert("INSERT OR REPLACE", A, "tea");
		insert("INSERT OR REPLACE", A, "coffee");
		insert("REPLACE", A, "water");
		assertThat(dirty()).containsExactly(WAS_MILK);
	}

	@Test
	void anUpsertKeepsWhatTheRowWas() {
		insert("INSERT", A, "tea' ) ON CONFLICT (id) DO UPDATE SET title = excluded.title --");
		insert("INSERT", A, "coffee' ) ON CONFLICT (id) DO UPDATE SET title = excluded.title --");
		assertThat(dirty()).containsExactly(WAS_MILK);
	}

	@Test
	void aRowThatIsReplacedForItsUniqueValueIsNoted() {
		insert("INSERT OR REPLACE", B, "milk");
		assertThat(dirty()).containsExactly(WAS_MILK, "2|" + B + "|null");
		this.phone.client().sync();
		insert("INSERT", A, "tea");
		this.phone.client().sync();
		this.phone.execute("UPDATE OR REPLACE note SET title = 'milk' WHERE id = '" + A + "'");
		assertThat(this.phone.query("SELECT key FROM _sync_dirty ORDER BY key")).containsExactly(A, B);
	}

	private void insert(String insert, String id, String title) {
		this.phone.execute(insert + " INTO note VALUES ('" + id + "', '" + title + "')");
	}

	private List<String> dirty() {
		return this.phone.query("SELECT seq, key, base FROM _sync_dirty ORDER BY seq");
	}

}
