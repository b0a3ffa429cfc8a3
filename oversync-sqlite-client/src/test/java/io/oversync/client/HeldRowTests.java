/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Two devices insert the same unique value: both are told, and one edit brings them
 * together again.
 */
class HeldRowTests {

	private static final String A = "00000000-0000-0000-0000-00000000000a";

	private static final String B = "00000000-0000-0000-0000-00000000000b";

	private static final String DDL = "CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT CHECK (title <> 'bad'),"
			+ " slug TEXT COLLATE NOCASE UNIQUE);";

	private final ModelServer server = new ModelServer();

	private final List<HeldRow> told = new ArrayList<>();

	@TempDir
	private Path folder;

	private TestDevice phone;

	private TestDevice tablet;

	@BeforeEach
	void open() {
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "note").open();
		this.tablet = new TestDevice(this.folder, this.server, "ann/tablet", DDL, "note").open();
		listen();
	}

	private void listen() {
		this.phone.client().addListener(new SyncListener() {
			@Override
			public void onHeld(HeldRow row) {
				HeldRowTests.this.told.add(row);
			}
		});
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	private void collide() {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'x')");
		this.tablet.execute("INSERT INTO note VALUES ('" + B + "', 'b', 'X')");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
	}

	@Test
	void bothDevicesAreToldOfAUniqueValueThatCollides() {
		Instant before = Instant.now().minusSeconds(1);
		collide();
		assertThat(this.phone.client().held()).isEqualTo(this.told).singleElement().satisfies((row) -> {
			assertThat(row.table()).isEqualTo("note");
			assertThat(row.pk()).isEqualTo(B);
			assertThat(row.row()).extracting((values) -> values.get("title")).isEqualTo("b");
			assertThat(row.reason()).contains("UNIQUE", "note.slug");
			assertThat(row.inTheWay()).containsExactly(A);
			assertThat(row.since()).isAfter(before);
		});
		assertThat(this.tablet.client().held()).singleElement().satisfies((row) -> {
			assertThat(row.pk()).isEqualTo(A);
			assertThat(row.inTheWay()).containsExactly(B);
		});
		this.phone.client().sync();
		this.phone.reopen();
		listen();
		this.phone.client().sync();
		assertThat(this.told).as("told once").hasSize(1);
	}

	@Test
	void anEditOfTheRowInTheWayBringsTheDevicesTogether() {
		collide();
		this.phone.execute("UPDATE note SET slug = 'y' WHERE id = '" + A + "'");
		this.phone.client().sync();
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.tablet.client().held()).isEmpty();
		assertThat(this.phone.query("SELECT id, slug FROM note ORDER BY id")).containsExactly(A + "|y", B + "|X")
			.isEqualTo(this.tablet.query("SELECT id, slug FROM note ORDER BY id"));
	}

	/** As an older version of the application sends it, which has fewer columns. */
	@ParameterizedTest
	@CsvSource({ "false, b2", "true," })
	void aHeldRowKeepsTheColumnsThatItsNextEntryLacks(boolean deleted, String title) {
		ModelServer.Account account = this.server.account("ann");
		account.change("web", "app.note", "INSERT", B, "{\"id\":\"" + B + "\",\"title\":\"b1\",\"slug\":\"w\"}");
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'x')");
		this.phone.client().sync();
		account.change("web", "app.note", "UPDATE", B, "{\"id\":\"" + B + "\",\"title\":\"b2\",\"slug\":\"X\"}");
		this.phone.client().sync();
		if (deleted) {
			this.phone.execute("CREATE TRIGGER stay BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'stays'); END");
			account.change("web", "app.note", "DELETE", B, null);
			this.phone.client().sync();
			this.phone.execute("DROP TRIGGER stay");
		}
		account.change("web", "app.note", "UPDATE", B, "{\"id\":\"" + B + "\",\"slug\":\"x\"}");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).hasSize(1);
		this.phone.execute("UPDATE note SET slug = 'y' WHERE id = '" + A + "'");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.phone.query("SELECT coalesce(title, 'null'), slug FROM note WHERE id = '" + B + "'"))
			.containsExactly(((title != null) ? title : "null") + "|x");
	}

	@Test
	void aDeleteOfTheRowInTheWayBringsTheDevicesTogether() {
		collide();
		this.tablet.execute("DELETE FROM note WHERE id = '" + B + "'");
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().status().held() + this.tablet.client().status().held()).isZero();
		assertThat(this.phone.query("SELECT id FROM note")).containsExactly(A)
			.isEqualTo(this.tablet.query("SELECT id FROM note"));
	}

	@Test
	void aRowThatBreaksAnotherConstraintIsHeldWithItsReason() {
		this.server.account("ann").change("web", "app.note", "INSERT", A, "{\"id\":\"" + A + "\",\"title\":\"bad\"}");
		this.phone.client().sync();
		assertThat(this.told).singleElement().satisfies((row) -> {
			assertThat(row.reason()).contains("CHECK");
			assertThat(row.inTheWay()).isEmpty();
		});
		this.server.account("ann").change("web", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"good\"}");
		this.phone.client().sync();
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.phone.query("SELECT title FROM note")).containsExactly("good");
	}

	@Test
	void aRowThatWaitsForTheAnswerToItsUploadIsNotHeldByAConstraint() {
		this.phone.execute("INSERT INTO note VALUES ('" + A + "', 'a', 'x')");
		this.phone.client().sync();
		this.phone.execute("UPDATE note SET title = 'mine'");
		this.server.loseRequest();
		assertThatExceptionOfType(NetworkException.class).isThrownBy(() -> this.phone.client().uploadOnce());
		this.server.account("ann")
			.change("web", "app.note", "UPDATE", A, "{\"id\":\"" + A + "\",\"title\":\"theirs\"}");
		this.phone.client().downloadOnce(100);
		assertThat(this.phone.client().held()).isEmpty();
		assertThat(this.told).isEmpty();
	}

	@Test
	void whatTheServersTableRefusedIsShown() {
		this.server.answer(200, Map.of(), """
				[{"id":7,"user_id":"ann","schema":"app","table":"note","pk":"%s","attempted_version":3,"op":"UPDATE",
				  "payload":{"id":"%1$s"},"error":"duplicate slug","first_seen":"2026-01-02T03:04:05.678Z",
				  "retry_count":0},
				 {"schema":"app","table":"other","pk":"%1$s","payload":null,"first_seen":"2026-01-02T03:04:05Z"}]
				""".formatted(A));
		assertThat(this.phone.client().serverFailures())
			.extracting(ServerFailure::table, ServerFailure::pk, ServerFailure::version, ServerFailure::error,
					ServerFailure::firstSeen)
			.containsExactly(tuple("note", A, 3L, "duplicate slug", Instant.parse("2026-01-02T03:04:05.678Z")),
					tuple("app.other", A, 0L, "", Instant.parse("2026-01-02T03:04:05Z")));
		assertThat(this.server.requests()).last().asString().contains("/admin/materialize-failures");
	}

}
