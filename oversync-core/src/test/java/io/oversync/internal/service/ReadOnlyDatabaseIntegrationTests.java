/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestDatabases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A server on a database that can only be read, as a hot standby can.
 */
class ReadOnlyDatabaseIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private final TestEngine primary = TestEngine.start(DDL, "app.note(owner_id)");

	private final String readOnly = this.primary.jdbcUrl() + "&options=-c%20default_transaction_read_only=on";

	private final UUID row = UUID.randomUUID();

	@BeforeEach
	void upload() {
		this.primary.device("alice/phone").upsert("app.note", this.row, 0, "{\"body\":\"a\"}").upload();
	}

	@AfterEach
	void stop() {
		this.primary.close();
	}

	@ParameterizedTest
	@EnumSource(SchemaMode.class)
	void aServerStartsAndServesDownloads(SchemaMode mode) {
		new SchemaMigrator(TestDatabases.dataSource(this.readOnly)).migrate(mode);
		try (TestEngine standby = TestEngine.on(this.readOnly, "app.note(owner_id)")) {
			assertThat(standby.device("alice/tablet").history()).containsExactly("UPDATE note 1 by phone");
			assertThat(standby.device("alice/tablet").failures()).isEmpty();
			assertThat(standby.device("bob/phone").history()).isEmpty();
		}
	}

	@Test
	void uploadsAreAskedToComeAgain() {
		try (TestEngine standby = TestEngine.on(this.readOnly, "app.note(owner_id)")) {
			for (String user : new String[] { "alice", "bob" }) {
				Device phone = standby.device(user + "/phone").upsert("app.note", this.row, 1, "{\"body\":\"b\"}");
				assertThatExceptionOfType(SyncException.class).isThrownBy(phone::upload)
					.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
			}
		}
		assertThat(this.primary.device("alice/tablet").history()).containsExactly("UPDATE note 1 by phone");
	}

	@Test
	void aTableThatIsNotKnownYetIsNamedAsTheProblem() {
		this.primary.execute("create table app.later (id uuid primary key)");
		assertThatExceptionOfType(OversyncStartupException.class)
			.isThrownBy(() -> TestEngine.on(this.readOnly, "app.note(owner_id)", "app.later"))
			.satisfies((ex) -> {
				assertThat(ex.getProblem()).contains("read-only");
				assertThat(ex.getAction()).contains("on the primary");
			});
	}

}
