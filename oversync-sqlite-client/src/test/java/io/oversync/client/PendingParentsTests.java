/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

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
 * New rows of a table that refers to itself go after their parents, and with one upload
 * if they refer to one another in a circle.
 */
class PendingParentsTests {

	private static final String DDL = """
			CREATE TABLE folder (id TEXT PRIMARY KEY,
			  parent_id TEXT REFERENCES folder DEFERRABLE INITIALLY DEFERRED, name TEXT);
			CREATE TABLE team (id TEXT PRIMARY KEY,
			  lead_id TEXT REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED);
			CREATE TABLE person (id TEXT PRIMARY KEY,
			  team_id TEXT REFERENCES team (id) DEFERRABLE INITIALLY DEFERRED, name TEXT);""";

	private final ModelServer server = new ModelServer();

	@TempDir
	private Path folder;

	private TestDevice phone;

	@BeforeEach
	void open() {
		this.server.reference("app.folder", "parent_id", "app.folder");
		this.server.reference("app.team", "lead_id", "app.person");
		this.server.reference("app.person", "team_id", "app.team");
		this.phone = new TestDevice(this.folder, this.server, "ann/phone", DDL, "folder", "team", "person").open();
	}

	@AfterEach
	void close() {
		this.phone.close();
	}

	private void batch(int changes) {
		this.phone.with((builder) -> builder.uploadBatch(changes, 1_000_000)).reopen();
	}

	private static String key(int number) {
		return "'00000000-0000-0000-0000-%012d'".formatted(number);
	}

	private void insert(List<String> rows) {
		Collections.shuffle(rows, new Random(1));
		this.phone.execute("BEGIN");
		rows.forEach((row) -> this.phone.execute("INSERT INTO " + row));
		this.phone.execute("COMMIT");
	}

	private void assertAllArrivesAtOnce(int rows, int changes) {
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.waiting()).isEmpty();
		assertThat(result.applied()).isEqualTo(rows).isEqualTo(result.uploaded());
		assertThat(this.server.account("ann").live()).hasSize(rows);
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.server.uploads()).as("no larger than is necessary")
			.allSatisfy((upload) -> assertThat(upload.get("changes").size()).isLessThanOrEqualTo(changes));
	}

	@ParameterizedTest
	@CsvSource({ "2, 3", "4, 5", "3, 1", "10, 3", "40, 100" })
	void aCircleIsNotCut(int size, int changes) {
		batch(changes);
		List<String> rows = new ArrayList<>();
		for (int i = 0; i < 8 * size; i++) {
			int parent = i / size * size + (i + 1) % size;
			rows.add("folder VALUES (" + key(i) + ", " + key(parent) + ", 'in a circle')");
		}
		insert(rows);
		assertAllArrivesAtOnce(8 * size, Math.max(size, changes));
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 7 })
	void aCircleOfTwoTablesIsNotCut(int changes) {
		batch(changes);
		List<String> rows = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			rows.add("team VALUES (" + key(i) + ", " + key(100 + i) + ")");
			rows.add("person VALUES (" + key(100 + i) + ", " + key(i) + ", 'lead')");
		}
		insert(rows);
		assertAllArrivesAtOnce(20, changes);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 100, 1000 })
	@Tag("prove")
	void aChainGoesParentsFirst(int changes) {
		batch(changes);
		List<String> rows = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			rows.add("folder VALUES (" + key(i) + ", " + ((i > 0) ? key(i - 1) : "NULL") + ", 'in a chain')");
		}
		insert(rows);
		assertAllArrivesAtOnce(300, changes);
	}

	@Test
	void aTreeGoesParentsFirst() {
		batch(7);
		List<String> rows = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			rows.add("folder VALUES (" + key(i) + ", " + ((i > 0) ? key((i - 1) / 3) : "NULL") + ", 'in a tree')");
		}
		insert(rows);
		assertAllArrivesAtOnce(200, 7);
	}

	@Test
	void parentsThatTheServerHasLostGoFirst() {
		aTreeGoesParentsFirst();
		this.server.account("ann").truncate(0);
		this.server.uploads().clear();
		assertThat(this.phone.client().sync().upload().waiting()).isEmpty();
		assertThat(this.server.account("ann").live()).hasSize(200);
	}

}
