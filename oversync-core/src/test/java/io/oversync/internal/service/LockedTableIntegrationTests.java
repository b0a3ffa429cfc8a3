/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A migration of the application locks one table for any time: requests that do not need
 * the table go on. An upload that waits would be given up after half a second, any other
 * request would wait forever.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LockedTableIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text);
			create table app.child (id uuid primary key, owner_id text not null, name text default 'none',
			  parent_id uuid references app.parent on delete cascade deferrable initially deferred);
			create table app.other (id uuid primary key, name text default 'none');
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)", "app.parent(owner_id)", "app.other");

	private final Device ann = this.engine.device("ann/phone");

	private final Device ben = this.engine.device("ben/phone");

	private final UUID parent = UUID.randomUUID();

	private final UUID other = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/** Often enough that the plan of every statement is cached. */
	@BeforeEach
	void keepPlans() {
		for (int i = 0; i < 12; i++) {
			uploadRest(i);
			this.ann.upsert("app.child", new UUID(1, i), 0, "{\"name\":\"n\",\"parent_id\":\"" + this.parent + "\"}")
				.upload();
			this.ann.stream();
		}
		UUID gone = UUID.randomUUID();
		this.ann.upsert("app.parent", gone, 0, "{}").upload();
		this.ann.delete("app.parent", gone, 1).upload();
	}

	private void uploadRest(int version) {
		for (Device device : List.of(this.ann, this.ben)) {
			UUID own = new UUID(device.actor().userId().hashCode(), 1);
			assertThat(
					device.upsert("app.parent", (device == this.ann) ? this.parent : own, version, "{\"name\":\"n\"}")
						.upsert("app.other", (device == this.ann) ? this.other : own, version, "{\"name\":\"n\"}")
						.upload())
				.containsOnly("applied " + (version + 1));
		}
	}

	@Test
	void whateverHasNoNeedOfTheTableGoesOn() throws Exception {
		try (Connection migration = this.engine.dataSource().getConnection();
				Statement statement = migration.createStatement()) {
			migration.setAutoCommit(false);
			statement.execute("alter table app.child add column extra text");
			for (int version = 12; version < 20; version++) {
				uploadRest(version);
			}
			UUID unrelated = UUID.randomUUID();
			this.ben.upsert("app.other", unrelated, 0, "{\"unknown\":1}").upload();
			assertThat(this.ben.delete("app.other", unrelated, 1).upload()).containsExactly("applied 2");
			assertThat(this.ann.stream()).hasSizeGreaterThan(40);
			long head = this.ann.stream().size();
			assertThat(this.engine.service()
				.download(this.ann.actor(), new DownloadRequest(head, 100, null, false, 0), (change) -> {
				})
				.hasMore()).isFalse();
			assertThat(this.ann.failures()).isEmpty();
			assertThat(this.engine.service().registeredTables()).contains("app.child");
			assertThat(conflict()).containsExactly("conflict 20");
			migration.rollback();
		}
	}

	private List<String> conflict() {
		return this.ann.upsert("app.parent", this.parent, 3, "{}").upload();
	}

	@Test
	void aNodeStartsAndDefinitionsAreReadAgain() throws Exception {
		this.engine.execute("alter table app.other add column extra text");
		try (Connection migration = this.engine.dataSource().getConnection();
				Statement statement = migration.createStatement()) {
			migration.setAutoCommit(false);
			statement.execute("alter table app.child add column extra text");
			this.ann.upsert("app.other", this.other, 12, "{\"extra\":\"kept\"}").upload();
			List<TableRegistration> registrations = List.of(
					new TableRegistration(new TableName("app", "child"), "owner_id", true, Set.of()),
					new TableRegistration(new TableName("app", "parent"), "owner_id", true, Set.of()));
			assertThat(new CatalogReader(this.engine.dataSource(), new SyncedTableStore(this.engine.dataSource()))
				.read(registrations)
				.tables()).hasSize(2);
			migration.rollback();
		}
		assertThat(this.engine.query("select extra from app.other where extra is not null")).containsExactly("kept");
	}

	@Test
	@Tag("prove")
	void whatNeedsTheTableIsAskedToComeAgain() throws Exception {
		UUID row = UUID.randomUUID();
		try (Connection migration = this.engine.dataSource().getConnection();
				Statement statement = migration.createStatement()) {
			migration.setAutoCommit(false);
			statement.execute("alter table app.child add column extra text");
			this.ann.upsert("app.child", row, 0, "{\"extra\":\"kept\"}");
			assertUnavailable();
			// its children are deleted with it
			this.ann.delete("app.parent", this.parent, 12);
			assertUnavailable();
			migration.commit();
		}
		this.ann.upsert("app.child", row, 0, "{\"extra\":\"kept\"}").delete("app.parent", this.parent, 12);
		assertThat(this.ann.upload()).containsExactly("applied 1", "applied 13");
		assertThat(this.engine.query("select extra from app.child")).containsExactly("kept");
		assertThat(this.ann.failures()).isEmpty();
	}

	private void assertUnavailable() {
		assertThatExceptionOfType(SyncException.class).isThrownBy(this.ann::send)
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

}
