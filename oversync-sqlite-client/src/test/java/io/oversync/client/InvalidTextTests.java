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
 * Bytes in a TEXT column that are no UTF-8 cannot be sent as they are, and are not sent
 * as anything else.
 */
class InvalidTextTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT, body TEXT);";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.resolver(ConflictResolver.threeWayMerge()))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "FF", "4DFC6E6368656E", "C3", "EDA080", "C080", "F4908080", "41EFBFBDFF" })
	void whatIsNoUtf8IsQuarantined(String bytes) {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', CAST(X'" + bytes + "' AS TEXT), '')");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.phone.client().quarantined()).singleElement().satisfies((change) -> {
			assertThat(change.reason()).isEqualTo("unsupported_value");
			assertThat(change.message()).contains("note.title", "no UTF-8", "declare the column as BLOB");
		});
		assertThat(this.phone.query("SELECT hex(title) FROM note")).containsExactly(bytes);
		this.phone.execute("UPDATE note SET title = 'text'");
		this.phone.client().sync();
		assertThat(this.server.account("ann").live()).hasSize(1);
		assertThat(this.phone.client().quarantined()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "EFBFBD", "F09F8C8D", "" })
	void whatIsUtf8IsSent(String bytes) {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', CAST(X'" + bytes + "' AS TEXT), '')");
		this.phone.client().sync();
		assertThat(this.phone.client().quarantined()).isEmpty();
		assertThat(this.server.account("ann").live()).hasSize(1);
	}

	@Test
	void aMergeDoesNotWriteWhatItCouldNotRead() {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'b')");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = CAST(X'FF' AS TEXT)");
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"a\",\"body\":\"theirs\"}");
		assertThat(this.phone.client().downloadOnce(100).conflicts()).singleElement()
			.satisfies((conflict) -> assertThat(conflict.problem()).contains("note.title", "no UTF-8"));
		assertThat(this.phone.query("SELECT hex(title) FROM note")).containsExactly("FF");
		this.phone.execute("UPDATE note SET title = 'text'");
		this.phone.client().sync();
		assertThat(this.phone.query("SELECT title, body FROM note")).containsExactly("text|theirs");
	}

	@Test
	void aDatabaseInUtf16IsReadToo() {
		try (TestDevice utf16 = new TestDevice(this.folder, this.server, "ann/laptop",
				"PRAGMA encoding = 'UTF-16le';\n" + DDL, "note")
			.open()) {
			utf16.execute("INSERT INTO note VALUES ('" + A + "', char(65533), 'b')");
			utf16.client().sync();
			assertThat(utf16.client().quarantined()).isEmpty();
			assertThat(this.server.account("ann").live()).hasSize(1);
		}
	}

}
