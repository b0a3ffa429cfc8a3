/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Uploads count their updates in a column, so that the application finds that a row was
 * written since it was read.
 */
class VersionColumnIntegrationTests {

	private static final UUID A = new UUID(0, 10);

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner text not null, title text, rank int not null default 0,
			  version bigint not null, small smallint, constraint short check (length(title) < 9));
			""";

	private TestEngine engine;

	private Device phone;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, "app.note(owner)<version>+");
		this.phone = this.engine.device("ann/phone");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private void assertVersions(String... versions) {
		assertThat(this.engine.query("select version::text from app.note order by id")).containsExactly(versions);
	}

	@Test
	void aNewRowHasZeroAndEachUpdateCountsOne() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"version\":77}").upload();
		assertVersions("0");
		this.phone.upsert("app.note", A, 1, "{\"title\":\"two\",\"version\":88}").upload();
		this.phone.upsert("app.note", A, 2, "{\"rank\":3}").upload();
		assertVersions("2");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void manyRowsCount() {
		for (long version = 0; version < 2; version++) {
			for (int i = 0; i < 150; i++) {
				this.phone.upsert("app.note", new UUID(1, i), version, "{\"title\":\"n" + version + "\"}");
			}
			this.phone.upload();
		}
		assertThat(this.engine.query("select distinct version::text from app.note")).containsExactly("1");
	}

	@Test
	void rowsBesideOneThatIsRefusedCount() {
		for (long version = 0; version < 2; version++) {
			this.phone.upsert("app.note", A, version, "{\"title\":\"much too long\"}");
			for (int i = 0; i < 5; i++) {
				this.phone.upsert("app.note", new UUID(1, i), version, "{\"title\":\"n" + version + "\"}");
			}
			this.phone.upload();
		}
		assertThat(this.phone.failures()).hasSize(1);
		assertVersions("1", "1", "1", "1", "1");
	}

	@Test
	void whatTheApplicationCountsIsNoChangeForDevices() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("update app.note set version = version + 1");
		assertThat(this.phone.history()).containsExactly("UPDATE note 1 by phone");
		this.phone.upsert("app.note", A, 1, "{\"title\":\"two\"}").upload();
		assertVersions("2");
	}

	@Test
	void aRowThatIsRevivedOrWrittenAgainCounts() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.phone.delete("app.note", A, 1).upload();
		this.phone.upsert("app.note", A, 2, "{\"title\":\"two\"}").upload();
		assertVersions("0");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			app.note(owner)<nowhere>+ | has no column 'nowhere', which its entry names as version column
			app.note(owner)<small>+   | cannot count updates: it is of type smallint
			app.note(owner)<title>+   | cannot count updates: it is of type text
			app.note(owner)<version>! | has a version-column, but its rows are not written to a table
			""")
	void theStartFailsWhereNothingCanBeCounted(String registration, String message) {
		assertThatExceptionOfType(OversyncStartupException.class).isThrownBy(() -> this.engine.restart(registration))
			.withMessageContaining(message);
	}

}
