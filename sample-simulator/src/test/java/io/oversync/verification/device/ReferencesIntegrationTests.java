/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.oversync.client.ConflictResolver;
import io.oversync.client.QuarantinedChange;
import io.oversync.client.RefusedDelete;
import io.oversync.client.SyncResult;
import io.oversync.client.UploadResult;
import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Incompatible changes of parents and children on two devices.
 */
class ReferencesIntegrationTests {

	private static ApplicationServer server;

	private static ServerTables tables;

	private final String user = "user" + UUID.randomUUID();

	private final String parent = UUID.randomUUID().toString();

	private final String child = UUID.randomUUID().toString();

	private final String grandchild = UUID.randomUUID().toString();

	@TempDir
	private Path folder;

	private Device phone;

	private Device tablet;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.phone = new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, "phone",
				(builder) -> builder.resolver(ConflictResolver.clientWins()));
		this.tablet = new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, "tablet", (builder) -> {
		});
		add(this.phone, this.parent, null);
		this.phone.client().sync();
		this.tablet.client().sync();
	}

	@AfterEach
	void close() {
		this.phone.close();
		this.tablet.close();
	}

	@Test
	void whatRefersToADiscardedRowIsQuarantinedToo() {
		this.tablet.execute("DELETE FROM categories");
		this.tablet.client().sync();
		add(this.phone, this.child, this.parent);
		add(this.phone, this.grandchild, this.child);
		this.phone.client().sync();
		this.phone.client().sync();
		discard(this.child, "fk_missing");
		this.phone.client().sync();
		discard(this.grandchild, "fk_missing");
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.rows()).isEmpty();
	}

	@Test
	void aDeleteThatReferencesForbidIsToldAndUndone() {
		add(this.tablet, this.child, this.parent);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		SyncResult result = this.phone.client().sync();
		assertThat(result.upload().refused()).singleElement().satisfies((delete) -> {
			assertThat(delete.table()).isEqualTo("categories");
			assertThat(delete.pk()).isEqualTo(this.parent);
			assertThat(delete.referencedBy()).hasToString("[categories " + this.child + "]");
		});
		assertThat(this.phone.unfinished()).isEmpty();
		assertSettled(2);
		assertThat(restored()).isEqualTo(1);
		this.phone.execute("DELETE FROM categories");
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(2);
		assertSettled(0);
	}

	@Test
	void aDeleteThatReferencesForbidIsUndoneByTheFirstPage() {
		for (int i = 0; i < 10; i++) {
			add(this.tablet, UUID.randomUUID().toString(), this.parent);
		}
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		this.phone.client().uploadOnce();
		assertThat(this.phone.rows()).isEmpty();
		assertThat(this.phone.client().downloadOnce(1).hasMore()).isTrue();
		assertThat(this.phone.query("SELECT id FROM categories")).as("the child and its parent").hasSize(2);
		assertThat(this.phone.query("PRAGMA foreign_key_check")).isEmpty();
		this.phone.client().hydrate();
		assertSettled(11);
		assertThat(restored()).isEqualTo(1);
	}

	@Test
	void manyDeletesThatReferencesForbidAreUndoneOnceEach() {
		int parents = 30;
		for (int i = 1; i < parents; i++) {
			add(this.phone, UUID.randomUUID().toString(), null);
		}
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.query("SELECT id FROM categories")
			.forEach((id) -> add(this.tablet, UUID.randomUUID().toString(), id.toString()));
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		assertThat(this.phone.client().sync().upload().refused()).hasSize(parents);
		for (int round = 0; round < 8; round++) {
			this.phone.client().sync();
			this.tablet.client().sync();
		}
		assertSettled(2 * parents);
		assertThat(restored()).isEqualTo(parents);
	}

	@Test
	void ofATreeWhatOthersReferToComesBack() {
		add(this.phone, this.child, this.parent);
		add(this.phone, this.grandchild, this.child);
		add(this.phone, UUID.randomUUID().toString(), this.parent);
		this.phone.client().sync();
		this.tablet.client().sync();
		add(this.tablet, UUID.randomUUID().toString(), this.grandchild);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.applied()).isEqualTo(1);
		assertThat(result.refused()).hasSize(3);
		assertSettled(4);
		assertThat(restored()).isEqualTo(3);
	}

	@Test
	void whatTheChildsEditKeepsAliveCanBeDeletedAfterwards() {
		add(this.phone, this.child, this.parent);
		this.phone.client().sync();
		this.tablet.client().sync();
		this.tablet.execute("UPDATE categories SET name = 'edited' WHERE id = ?", this.child);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		UploadResult result = this.phone.client().sync().upload();
		assertThat(result.refused()).extracting(RefusedDelete::pk).containsExactly(this.parent);
		assertThat(result.conflicts()).as("of the child, once its parent is back").hasSize(1);
		assertSettled(1);
		this.phone.execute("DELETE FROM categories");
		this.phone.client().sync();
		assertSettled(0);
	}

	@Test
	void whatIsAddedAgainInsteadStays() {
		add(this.tablet, this.child, this.parent);
		this.tablet.client().sync();
		this.phone.execute("DELETE FROM categories");
		this.phone.client().uploadOnce();
		this.phone.execute("INSERT INTO categories VALUES (?, 'another name', NULL)", this.parent);
		this.phone.client().sync();
		assertSettled(2);
		assertThat(this.phone.query("SELECT name FROM categories WHERE id = ?", this.parent))
			.containsExactly("another name");
	}

	@Test
	void rowsThatReferToEachOtherInACircleAreDeletedTogether() {
		this.phone.execute("BEGIN");
		add(this.phone, this.child, this.parent);
		this.phone.execute("UPDATE categories SET parent_id = ? WHERE id = ?", this.child, this.parent);
		this.phone.execute("COMMIT");
		this.phone.client().sync();
		this.tablet.client().sync();
		assertThat(this.tablet.rows()).hasSize(2).isEqualTo(this.phone.rows());
		this.phone.execute("DELETE FROM categories");
		assertThat(this.phone.client().sync().upload().applied()).isEqualTo(2);
		assertSettled(0);
	}

	private long restored() {
		return new StreamReader(SampleTarget.at(server.baseUrl()), this.user).readAll()
			.stream()
			.filter((entry) -> entry.sourceId().equals("server"))
			.count();
	}

	private void discard(String pk, String reason) {
		List<QuarantinedChange> quarantined = this.phone.client().quarantined();
		assertThat(quarantined).hasSize(1);
		assertThat(quarantined.get(0).pk()).isEqualTo(pk);
		assertThat(quarantined.get(0).reason()).isEqualTo(reason);
		assertThat(this.phone.client().discardQuarantined(quarantined.get(0).id())).isTrue();
	}

	private void assertSettled(int rows) {
		this.tablet.client().sync();
		this.phone.client().sync();
		assertThat(this.phone.client().status().pending()).isZero();
		assertThat(this.phone.client().quarantined()).isEmpty();
		assertThat(this.phone.rows()).hasSize(rows).isEqualTo(tables.business(this.user)).isEqualTo(this.tablet.rows());
	}

	private static void add(Device device, String id, String parent) {
		device.execute("INSERT INTO categories VALUES (?, 'a name', ?)", id, parent);
	}

}
