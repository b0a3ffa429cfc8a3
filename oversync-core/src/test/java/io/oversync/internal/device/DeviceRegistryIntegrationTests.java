/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.device;

import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.MigratedDatabase;
import io.oversync.internal.store.StreamIds;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.TableIds;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.SyncActor;
import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bounds of what is noted of devices, on PostgreSQL.
 */
class DeviceRegistryIntegrationTests {

	private static final int MOST = 200;

	private static final Duration INTERVAL = Duration.ofSeconds(30);

	private final String url = MigratedDatabase.create();

	private long now;

	private final DeviceRegistry registry = registry();

	private DeviceRegistry registry() {
		DataSource dataSource = TestDatabases.dataSource(this.url);
		return new DeviceRegistry(
				new SyncTables(dataSource, TableIds.of(new TableCatalog(List.of())),
						new StreamStore(dataSource, Duration.ofSeconds(2), () -> false, StreamIds.SHA_256)),
				new Transactions(new JdbcTransactionManager(dataSource), 1), () -> this.now, MOST);
	}

	private static SyncActor device(int number) {
		return new SyncActor("user" + number / 50, "device" + number);
	}

	private int written() {
		return TestDatabases.query(this.url, "select source_id from sync.device").size();
	}

	@Test
	void isBounded() {
		for (int i = 0; i < 10 * MOST; i++) {
			this.registry.note(device(i), 7, null);
		}
		assertThat(this.registry.size()).isEqualTo(MOST);
		assertThat(this.registry.flush(INTERVAL)).isEqualTo(MOST);
		assertThat(TestDatabases.query(this.url, "select 1 from sync.device where source_id = 'device1999'"))
			.hasSize(1);
	}

	@Test
	void forgetsDevicesThatAreSilent() {
		this.registry.note(device(1), 7, null);
		this.registry.flush(INTERVAL);
		this.now += INTERVAL.toNanos();
		this.registry.flush(INTERVAL);
		assertThat(this.registry.size()).isZero();
	}

	@Test
	void aCursorThatWentBackIsNotDroppedForOthers() {
		for (int i = 0; i < MOST; i++) {
			this.registry.note(device(i), 7, null);
		}
		for (int i = 0; i < MOST; i++) {
			this.registry.note(device(i), 3, null);
		}
		for (int i = MOST; i < 2 * MOST; i++) {
			this.registry.note(device(i), 7, null);
		}
		this.registry.flush(INTERVAL);
		assertThat(TestDatabases.query(this.url, """
				select count(*) from sync.device where substr(source_id, 7)::int < %d""".formatted(MOST)))
			.containsExactly(String.valueOf(MOST));
	}

	@Test
	void evenThoseAreBounded() {
		for (int i = 0; i < 10 * MOST; i++) {
			this.registry.note(device(i), 7, null);
			this.registry.note(device(i), 3, null);
		}
		assertThat(this.registry.size()).isLessThanOrEqualTo(4 * MOST + 1);
		this.registry.flush(INTERVAL);
		assertThat(written()).isEqualTo(this.registry.size());
	}

	@Test
	void aDeviceWithACursorForEachSchemaIsWrittenOnceInAnInterval() {
		for (int i = 0; i < 5; i++) {
			this.registry.note(device(1), 7, "a");
			this.registry.note(device(1), 3, "b");
			this.now += Duration.ofSeconds(1).toNanos();
			assertThat(this.registry.flush(INTERVAL)).as("round %s", i).isEqualTo((i == 0) ? 1 : 0);
		}
	}

}
