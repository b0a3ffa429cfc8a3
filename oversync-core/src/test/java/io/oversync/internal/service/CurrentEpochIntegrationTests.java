/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.store.MigratedDatabase;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The name of the history of a database.
 */
class CurrentEpochIntegrationTests {

	private final String url = MigratedDatabase.create();

	private final DataSource dataSource = TestDatabases.dataSource(this.url);

	private String begin(String restoredAt) {
		CurrentEpoch node = new CurrentEpoch(this.dataSource);
		node.begin(restoredAt);
		return nameAt(node);
	}

	private static String nameAt(CurrentEpoch node) {
		node.refresh();
		return String.valueOf(node.name());
	}

	@Test
	void aDatabaseHasANameFromTheStart() {
		CurrentEpoch node = new CurrentEpoch(this.dataSource);
		assertThat(node.name()).as("not read yet").isNull();
		assertThat(UUID.fromString(nameAt(node))).isNotNull();
		assertThat(nameAt(new CurrentEpoch(this.dataSource))).isEqualTo(node.name());
	}

	@Test
	void eachRestoreBeginsAnotherOnceOnAllNodes() {
		CurrentEpoch running = new CurrentEpoch(this.dataSource);
		String first = nameAt(running);
		String second = begin("2026-05-01");
		assertThat(second).isNotEqualTo(first).isEqualTo(begin("2026-05-01")).isEqualTo(nameAt(running));
		assertThat(begin("2026-05-02")).isNotIn(first, second).isEqualTo(nameAt(running));
	}

	/** A restore from before the last one that was declared, under the same text. */
	@Test
	void theSameTextAfterAnOlderBackupIsAnotherName() {
		String first = begin("restored");
		TestPostgres.execute(this.url, "delete from sync.epoch where restored_at is not null");
		assertThat(begin("restored")).isNotEqualTo(first);
	}

	@Test
	void answersHaveTheLastNameWhileItCannotBeRead() {
		CurrentEpoch node = new CurrentEpoch(this.dataSource);
		String name = nameAt(node);
		TestPostgres.execute(this.url, "drop table sync.epoch");
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(node::refresh);
		assertThat(node.name()).isEqualTo(name);
	}

}
