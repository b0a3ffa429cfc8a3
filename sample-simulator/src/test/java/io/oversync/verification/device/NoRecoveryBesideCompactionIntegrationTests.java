/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.oversync.client.Recovery;
import io.oversync.client.SyncListener;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.sample.SampleApplication;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncDevices;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Devices take no compaction for a server that was put back.
 */
@Tag("prove")
class NoRecoveryBesideCompactionIntegrationTests {

	private static ApplicationServer server;

	@TempDir
	private Path folder;

	private final List<String> recoveries = new ArrayList<>();

	private int step;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, -2, 1, 2, 3, 4, 5, 6 })
	void devicesNoticeNothing(int seed) {
		Random random = new Random(Math.abs(seed));
		String user = "user" + UUID.randomUUID();
		StreamCompaction compaction = server.bean(SyncEngine.class)
			.compaction(new Retention(Duration.ZERO, Duration.ofDays(180)));
		List<Device> devices = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Device device = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "device" + i,
					(builder) -> {
					});
			listen(device);
			devices.add(device);
		}
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			keys.add(UUID.randomUUID().toString());
		}
		for (this.step = 0; this.step < 120; this.step++) {
			Device device = devices.get(random.nextInt(devices.size()));
			for (int edits = random.nextInt(3); edits > 0; edits--) {
				String key = keys.get(random.nextInt(keys.size()));
				switch (random.nextInt(6)) {
					case 0 -> device.execute("DELETE FROM categories WHERE id = ?", key);
					case 1, 2 -> device.execute(
							"INSERT INTO categories (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
							key, "s" + this.step);
					default -> device.execute("UPDATE categories SET name = ? WHERE id = ?", "s" + this.step, key);
				}
			}
			switch (random.nextInt(8)) {
				case 0 -> device.client().uploadOnce();
				case 1 -> device.client().downloadOnce(1 + random.nextInt(3));
				case 2 -> {
					device.reopen();
					listen(device);
				}
				case 3 -> device.client().verify();
				case 4 -> device.client().repair();
				default -> device.client().sync();
			}
			if (seed > 0) {
				compaction.compact(user);
			}
		}
		for (int i = 0; i < 3; i++) {
			devices.forEach((device) -> device.client().sync());
		}
		String recovered = String.join("\n", this.recoveries);
		List<?> rows = new ArrayList<>(devices.get(0).rows().entrySet());
		for (Device device : devices) {
			assertThat(new ArrayList<>(device.rows().entrySet())).isEqualTo(rows);
			assertThat(device.client().verify().differences()).isEmpty();
			device.close();
		}
		assertThat(recovered).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "false,NONE", "true,NONE", "false,UPDATE", "true,UPDATE", "false,DELETE", "true,DELETE",
			"false,REPAIR", "true,REPAIR" })
	void aDeviceComesBack(boolean compacted, String offline) {
		String user = "user" + UUID.randomUUID();
		String key = UUID.randomUUID().toString();
		StreamCompaction compaction = server.bean(SyncEngine.class)
			.compaction(new Retention(Duration.ZERO, Duration.ofDays(180)));
		try (Device phone = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "phone", (builder) -> {
		}); Device tablet = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "tablet", (builder) -> {
		})) {
			listen(phone);
			listen(tablet);
			phone.execute("INSERT INTO categories (id, name) VALUES (?, 'first')", key);
			phone.client().sync();
			for (int i = 0; i < 3; i++) {
				tablet.client().sync();
			}
			if (offline.equals("REPAIR")) {
				tablet.execute("INSERT INTO oversync_applying VALUES (1)");
				tablet.execute("DELETE FROM categories");
				tablet.execute("DELETE FROM oversync_applying");
				tablet.client().repair();
			}
			for (int i = 0; i < 3; i++) {
				phone.execute("UPDATE categories SET name = ? WHERE id = ?", "later" + i, key);
				phone.client().sync();
			}
			phone.execute("INSERT INTO categories (id, name) VALUES (?, 'other')", UUID.randomUUID().toString());
			phone.client().sync();
			if (offline.equals("UPDATE")) {
				tablet.execute("UPDATE categories SET name = 'offline' WHERE id = ?", key);
			}
			else if (offline.equals("DELETE")) {
				tablet.execute("DELETE FROM categories WHERE id = ?", key);
			}
			if (compacted) {
				compaction.compact(user);
			}
			for (int i = 0; i < 3; i++) {
				tablet.client().sync();
				phone.client().sync();
			}
			assertThat(tablet.query("SELECT name FROM categories ORDER BY name").toString())
				.isEqualTo("[later2, other]");
			assertThat(phone.rows()).isEqualTo(tablet.rows());
			assertThat(this.recoveries).isEmpty();
		}
	}

	@Test
	void theServerKnowsWhatADeviceHas() {
		String user = "user" + UUID.randomUUID();
		try (Device phone = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "phone", (builder) -> {
		}); Device tablet = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "tablet", (builder) -> {
		})) {
			for (int i = 0; i < 5; i++) {
				phone.execute("INSERT INTO categories (id, name) VALUES (?, 'x')", UUID.randomUUID().toString());
				phone.client().sync();
				tablet.client().sync();
				server.bean(SyncEngine.class).flushDevices(Duration.ZERO);
			}
			tablet.client().sync();
			phone.client().sync();
			server.bean(SyncEngine.class).flushDevices(Duration.ZERO);
			assertThat(server.bean(SyncDevices.class).list(user)).extracting(SyncDevices.Device::acknowledged)
				.as("pages begin with the last change that was seen")
				.containsExactly(4L, 4L);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "REPAIR_FEW", "REPAIR_ALL", "VERIFY", "HYDRATE", "COMPARE", "REOPEN_AND_UPLOAD" })
	void whatADeviceLooksUpIsNotTakenForItsCursor(String look) {
		String user = "user" + UUID.randomUUID();
		try (Device phone = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "phone", (builder) -> {
		}); Device tablet = new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "tablet", (builder) -> {
		})) {
			for (int i = 0; i < 5; i++) {
				phone.execute("INSERT INTO categories (id, name) VALUES (?, 'x')", UUID.randomUUID().toString());
				phone.client().sync();
			}
			tablet.client().sync();
			tablet.client().sync();
			if (look.startsWith("REPAIR")) {
				tablet.execute("INSERT INTO oversync_applying VALUES (1)");
				tablet.execute("DELETE FROM categories");
				if (look.equals("REPAIR_ALL")) {
					tablet.execute("INSERT INTO categories (id, name) VALUES (?, 'planted')",
							UUID.randomUUID().toString());
				}
				tablet.execute("DELETE FROM oversync_applying");
				tablet.client().repair();
			}
			switch (look) {
				case "VERIFY" -> tablet.client().verify();
				case "HYDRATE" -> tablet.client().hydrate();
				case "COMPARE" -> {
					tablet.execute("UPDATE _sync_table SET compare = 1");
					tablet.client().sync();
				}
				case "REOPEN_AND_UPLOAD" -> {
					tablet.execute("UPDATE categories SET name = 'y'");
					tablet.reopen();
					tablet.client().uploadOnce();
				}
				default -> {
				}
			}
			server.bean(SyncEngine.class).flushDevices(Duration.ZERO);
			assertThat(server.bean(SyncDevices.class).list(user)).filteredOn((device) -> device.id().equals("tablet"))
				.extracting(SyncDevices.Device::acknowledged)
				.singleElement()
				.satisfies((acknowledged) -> assertThat(acknowledged).isGreaterThanOrEqualTo(4));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -10, 10, 11, 12, 13, 14 })
	void divergencesAreHealedBesideCompaction(int seed) {
		Random random = new Random(Math.abs(seed));
		String user = "user" + UUID.randomUUID();
		StreamCompaction compaction = server.bean(SyncEngine.class)
			.compaction(new Retention(Duration.ZERO, Duration.ofDays(180)));
		List<Device> devices = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			devices.add(new Device(this.folder, SampleTarget.at(server.baseUrl()), user, "device" + i, (builder) -> {
			}));
		}
		List<String> keys = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			keys.add(UUID.randomUUID().toString());
		}
		for (this.step = 0; this.step < 80; this.step++) {
			Device device = devices.get(random.nextInt(devices.size()));
			String key = keys.get(random.nextInt(keys.size()));
			switch (random.nextInt(6)) {
				case 0 -> device.execute("DELETE FROM categories WHERE id = ?", key);
				case 1, 2 -> device.execute(
						"INSERT INTO categories (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
						key, "s" + this.step);
				default -> device.execute("UPDATE categories SET name = ? WHERE id = ?", "s" + this.step, key);
			}
			device.client().sync();
			if (random.nextInt(3) == 0) {
				String other = keys.get(random.nextInt(keys.size()));
				device.execute("INSERT INTO oversync_applying VALUES (1)");
				switch (random.nextInt(3)) {
					case 0 -> device.execute("DELETE FROM categories WHERE id = ?", other);
					case 1 ->
						device.execute("INSERT OR IGNORE INTO categories (id, name) VALUES (?, 'planted')", other);
					default -> device.execute(
							"UPDATE _sync_row SET version = version - 1 WHERE version > 1 AND deleted = 0 AND key = ?",
							other);
				}
				device.execute("DELETE FROM oversync_applying");
			}
			if (random.nextInt(3) == 0) {
				device.client().repair();
			}
			if (seed > 0) {
				compaction.compact(user);
			}
		}
		for (int i = 0; i < 3; i++) {
			devices.forEach((device) -> device.client().sync());
			devices.forEach((device) -> device.client().repair());
		}
		String rows = devices.get(0).rows().toString();
		for (Device device : devices) {
			assertThat(device.rows().toString()).isEqualTo(rows);
			assertThat(device.client().verify().differences()).isEmpty();
			device.close();
		}
		String onServer = new org.springframework.jdbc.core.JdbcTemplate(
				new org.springframework.jdbc.datasource.DriverManagerDataSource(server.jdbcUrl()))
			.queryForList("select name from business.categories where owner_id = ?", String.class, user)
			.stream()
			.sorted()
			.toList()
			.toString();
		assertThat(onServer).hasSize(onServer.length());
		for (String name : onServer.replaceAll("[\\[\\] ]", "").split(",")) {
			assertThat(rows).contains(name);
		}
	}

	private void listen(Device device) {
		device.client().addListener(new SyncListener() {
			@Override
			public void onRecovery(Recovery recovery) {
				NoRecoveryBesideCompactionIntegrationTests.this.recoveries
					.add(NoRecoveryBesideCompactionIntegrationTests.this.step + " " + device.name() + " " + recovery);
			}
		});
	}

}
