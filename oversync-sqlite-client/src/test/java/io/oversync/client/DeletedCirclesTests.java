/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.report.UploadReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows that refer to one another in a circle are deleted with one upload, or come back.
 */
class DeletedCirclesTests {

	private static final String DDL = """
			CREATE TABLE folder (id TEXT PRIMARY KEY,
			  parent_id TEXT REFERENCES folder DEFERRABLE INITIALLY DEFERRED, name TEXT);
			CREATE TABLE team (id TEXT PRIMARY KEY,
			  lead_id TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED);
			CREATE TABLE person (id TEXT PRIMARY KEY,
			  team_id TEXT REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED, name TEXT);""";

	private final ModelServer server = new ModelServer();

	/** Uploads that fail before one arrives. */
	private int failures;

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.folder", "parent_id", "app.folder");
		this.server.reference("app.team", "lead_id", "app.person");
		this.server.reference("app.person", "team_id", "app.team");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "folder", "team", "person")
			.with((builder) -> builder.http(this::exchange))
			.open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private SyncHttp.Response exchange(SyncHttp.Request request) throws IOException {
		if (request.body() != null && this.failures > 0) {
			this.failures--;
			return new SyncHttp.Response(503, Map.of(), new ByteArrayInputStream(new byte[0]));
		}
		return this.server.exchange(request);
	}

	private static String key(int number) {
		return "'00000000-0000-0000-0000-%012d'".formatted(number);
	}

	/** Creates folders that lie in one another, the first in the last. */
	private void circle(int first, int size) {
		this.phone.execute("BEGIN");
		for (int i = 0; i < size; i++) {
			this.phone.execute("INSERT INTO folder VALUES (" + key(first + i) + ", " + key(first + (i + 1) % size)
					+ ", 'folder " + (first + i) + "')");
		}
		this.phone.execute("COMMIT");
	}

	private void batch(int changes) {
		this.phone.client().sync();
		this.phone.with((builder) -> builder.http(this::exchange).uploadBatch(changes, 1_000_000)).reopen();
		this.server.uploads().clear();
	}

	private void delete(String... tables) {
		this.phone.execute("BEGIN");
		for (String table : tables) {
			this.phone.execute("DELETE FROM " + table);
		}
		this.phone.execute("COMMIT");
	}

	private void assertAllIsGone(UploadResult result, int deletes) {
		assertThat(result.refused()).isEmpty();
		assertThat(result.applied()).isEqualTo(deletes);
		assertThat(this.server.account("ann").live()).isEmpty();
		assertThat(this.server.account("ann").restored()).isEmpty();
		assertThat(this.phone.client().status().pending()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "2, 3", "2, 1", "3, 4", "10, 3", "40, 100" })
	void ofOneTableIsNotCut(int size, int changes) {
		for (int i = 0; i < 8; i++) {
			circle(i * size, size);
		}
		batch(changes);
		delete("folder");
		assertAllIsGone(this.phone.client().sync().upload(), 8 * size);
		assertThat(this.server.uploads()).as("no more than is necessary")
			.allSatisfy(
					(upload) -> assertThat(upload.get("changes").size()).isLessThanOrEqualTo(Math.max(size, changes)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 7 })
	void ofTwoTablesIsNotCut(int changes) {
		this.phone.execute("BEGIN");
		for (int i = 0; i < 10; i++) {
			this.phone.execute("INSERT INTO team VALUES (" + key(i) + ", " + key(100 + i) + ")");
			this.phone.execute("INSERT INTO person VALUES (" + key(100 + i) + ", " + key(i) + ", 'lead')");
		}
		this.phone.execute("COMMIT");
		batch(changes);
		delete("team", "person");
		assertAllIsGone(this.phone.client().sync().upload(), 20);
	}

	@Test
	void amongRowsThatAreInNoneIsNotCut() {
		this.phone.execute("INSERT INTO folder VALUES (" + key(1000) + ", NULL, 'root')");
		IntStream.range(1001, 1050)
			.forEach((i) -> this.phone
				.execute("INSERT INTO folder VALUES (" + key(i) + ", " + key(i - 1) + ", 'in a chain')"));
		circle(1, 5);
		this.phone.execute("INSERT INTO folder VALUES (" + key(20) + ", " + key(3) + ", 'in the circle')");
		batch(8);
		// children first, as an application deletes them
		this.phone.execute("BEGIN");
		IntStream.iterate(1049, (i) -> i >= 1000, (i) -> i - 1)
			.forEach((i) -> this.phone.execute("DELETE FROM folder WHERE id = " + key(i)));
		this.phone.execute("DELETE FROM folder WHERE id = " + key(20));
		this.phone.execute("DELETE FROM folder");
		this.phone.execute("COMMIT");
		assertAllIsGone(this.phone.client().sync().upload(), 56);
	}

	@Test
	void staysWholeWhenUploadsGetSmaller() {
		for (int i = 0; i < 6; i++) {
			circle(i * 2, 2);
		}
		batch(12);
		delete("folder");
		this.failures = 2;
		UploadReport result = UploadReport.none(0);
		for (int i = 0; i < 3; i++) {
			try {
				result = result.plus((UploadReport) this.phone.client().sync().upload());
			}
			catch (ServerException ex) {
				assertThat(ex.status()).isEqualTo(503);
			}
		}
		assertAllIsGone(result, 12);
		assertThat(this.server.uploads()).extracting((upload) -> upload.get("changes").size() % 2).containsOnly(0);
	}

	@Test
	void isCutWhenUploadsFailThatAreAsSmallAsItIs() {
		circle(1, 4);
		batch(100);
		delete("folder");
		this.failures = 20;
		for (int i = 0; i < 30; i++) {
			try {
				this.phone.client().sync();
			}
			catch (ServerException ex) {
				assertThat(ex.status()).isEqualTo(503);
			}
		}
		assertThat(this.failures).isZero();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.server.uploads()).isNotEmpty();
	}

	@Test
	@Tag("prove")
	void costsLittleWhereThereIsNone() {
		int rows = 300;
		this.phone.execute("BEGIN");
		for (int i = 0; i < rows; i++) {
			this.phone.execute("INSERT INTO folder VALUES (" + key(i) + ", " + ((i > 0) ? key(i - 1) : "NULL")
					+ ", 'in a chain')");
		}
		this.phone.execute("COMMIT");
		batch(100);
		this.phone.execute("BEGIN");
		IntStream.iterate(rows - 1, (i) -> i >= 0, (i) -> i - 1)
			.forEach((i) -> this.phone.execute("DELETE FROM folder WHERE id = " + key(i)));
		this.phone.execute("COMMIT");
		assertAllIsGone(this.phone.client().sync().upload(), rows);
		assertThat(this.server.uploads()).hasSize(3);
	}

}
