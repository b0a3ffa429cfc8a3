/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.time.Duration;

import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * New devices in the field download circles of rows from a compacted stream.
 */
@Tag("prove")
class CompactedCirclesInTheFieldIntegrationTests {

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private Account account;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void create() {
		this.account = new Account(this.folder, server);
	}

	@AfterEach
	void close() {
		this.account.close();
	}

	@ParameterizedTest
	@CsvSource({ "GO_LATE,false", "GO_LATE,true", "KOTLIN_0_6,false", "KOTLIN_0_6,true" })
	void aNewDeviceGetsACircle(FieldClient client, boolean compacted) {
		FieldDevice one = this.account.open(client, "one", 1000);
		String[] edited = new String[6];
		for (int i = 0; i < edited.length; i++) {
			String root = Account.insertCategory(one, "root", null);
			String leaf = Account.insertCategory(one, "leaf", root);
			one.execute("UPDATE categories SET parent_id = ? WHERE id = ?", leaf, root);
			// one of them comes first in the stream
			edited[i] = (i % 2 == 0) ? root : leaf;
		}
		this.account.sync(2);
		for (int i = 0; i < 20; i++) {
			Account.insertCategory(one, "other" + i, null);
		}
		this.account.sync(2);
		one.execute("UPDATE categories SET name = 'another' WHERE name LIKE 'other1%'");
		this.account.sync(2);
		for (String category : edited) {
			one.execute("UPDATE categories SET name = 'edited' WHERE id = ?", category);
		}
		this.account.sync(2);
		this.account.assertSettled();
		if (compacted) {
			assertThat(server.bean(SyncEngine.class)
				.compaction(new Retention(Duration.ZERO, Duration.ofDays(180)))
				.compact(this.account.user())
				.removed()).isPositive();
		}
		this.account.open(client, "new", 12);
		this.account.sync(5);
		this.account.assertSettled();
	}

}
