/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The row as it was before its local changes is saved column by column, once each, and is
 * complete whenever somebody asks for it.
 */
class BaseOfUpdatesTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT COLLATE NOCASE, any,"
			+ " picture BLOB);";

	private static final String STATE = "SELECT id, title, quote(any), hex(substr(picture, 1, 4)), length(picture) FROM note";

	private final ModelServer server = new ModelServer();

	private final List<Conflict> conflicts = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note")
			.with((builder) -> builder.resolver((conflict) -> {
				this.conflicts.add(conflict);
				return Resolution.KEEP_LOCAL;
			}))
			.open();
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'x', 1, zeroblob(1000000))");
		this.phone.client().sync();
		this.server.received();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	@Test
	void aBlobThatDoesNotChangeIsNotCopied() {
		this.phone.execute("UPDATE note SET title = 'y'");
		this.phone.execute("UPDATE note SET any = 2");
		assertThat(this.phone.query("SELECT sum(length(base)) < 200 FROM _sync_dirty")).containsExactly("1");
		this.phone.execute("UPDATE note SET picture = X'01'");
		assertThat(this.phone.query("SELECT sum(length(base)) > 2000000 FROM _sync_dirty")).containsExactly("1");
		List<String> saved = this.phone.query("SELECT length(base) FROM _sync_dirty");
		this.phone.execute("UPDATE note SET picture = zeroblob(500000)");
		this.phone.execute("UPDATE note SET picture = X'02', any = 3");
		assertThat(this.phone.query("SELECT length(base) FROM _sync_dirty")).as("saved once").isEqualTo(saved);
	}

	@Test
	void anUpdateBesideABlobOfTenMegabytesTakesNoRoom() {
		this.phone.execute("UPDATE note SET picture = zeroblob(10000000)");
		this.phone.client().sync();
		String room = "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)";
		long before = Long.parseLong(this.phone.query(room).get(0));
		this.phone.execute("UPDATE note SET title = 'y'");
		assertThat(this.phone.query("SELECT length(base) < 50 FROM _sync_dirty")).containsExactly("1");
		assertThat(Long.parseLong(this.phone.query(room).get(0)) - before).as("pages").isLessThan(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "DELETE FROM note",
			"INSERT OR REPLACE INTO note (id, title) VALUES ('" + A + "', 'replaced')",
			"UPDATE note SET id = '00000000-0000-0000-0000-00000000000b'" })
	void aDiscardBringsAllOfTheRowBack(String last) {
		List<String> before = this.phone.query(STATE);
		for (String update : List.of("title = 'y'", "any = 'text'", "title = 'z', picture = X'01'", "any = 4",
				"picture = X'02'")) {
			this.phone.execute("UPDATE note SET " + update);
		}
		if (!last.isEmpty()) {
			this.phone.execute(last);
		}
		this.server.reject((change) -> "bad_payload");
		this.phone.client().sync();
		this.phone.client().quarantined().forEach((change) -> this.phone.client().discardQuarantined(change.id()));
		assertThat(this.phone.query(STATE)).isEqualTo(before);
	}

	@Test
	void aRowThatIsBackToWhatItWasIsNotSent() {
		this.phone.execute("UPDATE note SET title = 'y', any = 2");
		this.phone.execute("UPDATE note SET picture = X'01'");
		this.phone.execute("UPDATE note SET title = 'x', any = 1");
		this.phone.execute("UPDATE note SET picture = zeroblob(1000000)");
		this.phone.execute("UPDATE note SET title = title");
		this.phone.client().sync();
		assertThat(this.server.received()).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "title = 'X'", "any = 1.0", "any = '1'", "any = NULL", "any = X'31'",
			"picture = zeroblob(999999)" })
	void whatACollationOrAComparisonTakesForTheSameIsSaved(String update) {
		this.phone.execute("UPDATE note SET " + update);
		assertThat(this.phone.query("SELECT saved <> 0 AND base <> '' FROM _sync_dirty")).containsExactly("1");
	}

	@Test
	void aConflictShowsAllOfTheRow() {
		this.phone.execute("UPDATE note SET title = 'mine'");
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\",\"any\":5}");
		this.phone.client().downloadOnce(100);
		assertThat(this.conflicts).singleElement().satisfies((conflict) -> {
			assertThat(conflict.base()).isNotNull();
			assertThat(conflict.base().columns()).containsExactlyInAnyOrder("id", "title", "any", "picture");
			assertThat(conflict.base().get("title")).isEqualTo("x");
			assertThat(conflict.base().get("any")).isEqualTo(1L);
			assertThat((byte[]) conflict.base().get("picture")).hasSize(1000000);
		});
	}

	@Test
	void aColumnThatIsAddedLaterDoesNotMixUpWhatIsSaved() {
		this.phone.execute("UPDATE note SET any = 2");
		this.phone.execute("ALTER TABLE note ADD COLUMN more TEXT");
		this.phone.execute("UPDATE note SET more = 'edited'");
		this.phone.client().tablesChanged();
		assertThat(this.phone.client().status().pending()).isEqualTo(1);
		this.phone.execute("UPDATE note SET more = 'again', picture = X'01'");
		this.phone.client().sync();
		assertThat(this.server.received()).containsExactly("UPDATE note:a");
		assertThat(this.server.account("ann").live().get("app.note:" + A).get("more").asString()).isEqualTo("again");
	}

	@ParameterizedTest
	@ValueSource(ints = { 62, 63, 200 })
	void aTableOfManyColumnsIsSavedToo(int columns) {
		String names = IntStream.range(1, columns).mapToObj((i) -> "c" + i).collect(Collectors.joining(", "));
		try (TestDevice wide = new TestDevice(this.folder, this.server, "ann/wide",
				"CREATE TABLE wide (id TEXT PRIMARY KEY, " + names + ");", "wide")
			.open()) {
			wide.execute("INSERT INTO wide (id, c1, c" + (columns - 1) + ") VALUES ('" + A + "', 'first', 'last')");
			wide.client().sync();
			List<String> before = wide.query("SELECT * FROM wide");
			wide.execute("UPDATE wide SET c" + (columns - 1) + " = 'changed'");
			wide.execute("UPDATE wide SET c1 = 'changed'");
			this.server.reject((change) -> "bad_payload");
			wide.client().sync();
			wide.client().discardQuarantined(wide.client().quarantined().get(0).id());
			assertThat(wide.query("SELECT * FROM wide")).isEqualTo(before);
		}
	}

}
