/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.oversync.client.DifferingRow;
import io.oversync.client.RepairResult;
import io.oversync.client.Uuid7;
import io.oversync.client.VerifyResult;
import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Devices compare their rows with those of a real server.
 */
@Tag("prove")
class VerifyIntegrationTests {

	private static ApplicationServer server;

	private static ServerTables tables;

	private static JdbcTemplate jdbc;

	private final String user = "user" + UUID.randomUUID();

	@TempDir
	private Path folder;

	private Device phone;

	private Device tablet;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class, "--oversync.capture.mode=migrate");
		tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
		jdbc = new JdbcTemplate(new DriverManagerDataSource(server.jdbcUrl()));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.phone = new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, "phone", (builder) -> {
		});
		this.tablet = new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, "tablet", (builder) -> {
		});
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	/** Changes rows, or the bookkeeping, as no application and no client does. */
	private void plant(String sql, Object... arguments) {
		this.phone.execute("INSERT INTO oversync_applying VALUES (1)");
		this.phone.execute(sql, arguments);
		this.phone.execute("DELETE FROM oversync_applying");
	}

	private static void fill(Device device, int rows) {
		device.execute("BEGIN");
		for (int i = 0; i < rows; i++) {
			device.execute("INSERT INTO users (id, name, email) VALUES (?, ?, 'e')", Uuid7.next().toString(), "n" + i);
		}
		device.execute("COMMIT");
		device.client().sync();
	}

	@Test
	void eachDifferenceAmongThousandsOfRowsIsNamedAndHealed() {
		fill(this.tablet, 2600);
		this.phone.client().sync();
		List<Object> keys = this.phone.query("SELECT id FROM users ORDER BY id");
		this.tablet.execute("UPDATE users SET name = 'second' WHERE id = ?", keys.get(1700));
		this.tablet.execute("DELETE FROM users WHERE id = ?", keys.get(1800));
		this.tablet.client().sync();
		assertThat(this.phone.client().verify().isSame()).isTrue();
		plant("DELETE FROM users WHERE id = ?", keys.get(100));
		plant("DELETE FROM users WHERE id = ?", keys.get(2599));
		plant("UPDATE users SET name = 'first' WHERE id = ?", keys.get(1700));
		plant("UPDATE _sync_row SET version = 1 WHERE key = ?", keys.get(1700));
		plant("INSERT INTO users (id, name, email) VALUES (?, 'resurrected', 'e')", keys.get(1800));
		VerifyResult result = this.phone.client().verify();
		assertThat(result.rows()).isEqualTo(2599);
		assertThat(result.differences()).extracting(DifferingRow::pk, DifferingRow::kind)
			.containsExactlyInAnyOrder(tuple(keys.get(100), DifferingRow.Kind.MISSING_HERE),
					tuple(keys.get(2599), DifferingRow.Kind.MISSING_HERE),
					tuple(keys.get(1700), DifferingRow.Kind.OTHER_VERSION),
					tuple(keys.get(1800), DifferingRow.Kind.NOT_ON_SERVER));
		RepairResult repaired = this.phone.client().repair();
		assertThat(repaired.differing()).isEqualTo(4);
		assertThat(repaired.applied()).isEqualTo(4);
		assertThat(this.phone.client().verify().isSame()).isTrue();
		assertThat(this.phone.unfinished()).isEmpty();
		assertThat(this.phone.rows()).isEqualTo(tables.business(this.user));
	}

	@Test
	void whatTheApplicationWritesIsNoDifference() {
		fill(this.tablet, 20);
		this.phone.client().sync();
		jdbc.update("UPDATE business.users SET name = 'server' WHERE name IN ('n1', 'n2')");
		jdbc.update("DELETE FROM business.users WHERE name = 'n3'");
		assertThat(this.phone.client().verify().isSame()).isTrue();
		assertThat(this.phone.rows()).isEqualTo(tables.business(this.user));
		plant("DELETE FROM users WHERE name = 'server'");
		jdbc.update("UPDATE business.users SET name = 'again' WHERE name IN ('n1', 'n4')");
		assertThat(this.phone.client().verify().differences()).hasSize(2);
		assertThat(this.phone.client().repair().applied()).isEqualTo(2);
		assertThat(this.phone.rows()).isEqualTo(tables.business(this.user));
	}

	@Test
	void aTableThatTheDeviceLostComesBack() {
		fill(this.tablet, 1500);
		this.phone.client().sync();
		plant("DELETE FROM users");
		plant("DELETE FROM _sync_row");
		VerifyResult result = this.phone.client().verify();
		assertThat(result.isComplete()).isFalse();
		assertThat(result.differences()).hasSize(VerifyResult.MOST_ROWS);
		assertThat(this.phone.client().repair().applied()).isEqualTo(1500);
		assertThat(this.phone.client().verify().isSame()).isTrue();
		assertThat(this.phone.rows()).isEqualTo(tables.business(this.user));
	}

}
