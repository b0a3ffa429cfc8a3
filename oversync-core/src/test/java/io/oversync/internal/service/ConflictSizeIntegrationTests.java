/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.ChangeStatus.Conflict;
import io.oversync.protocol.ChangeStatus.Postponed;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The limit on the rows that conflicts show in one answer (protocol §2.1 step 4): here
 * 3,000 bytes.
 */
class ConflictSizeIntegrationTests {

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.item (id uuid primary key, owner_id text not null);
			create table app.parent (id uuid primary key, owner_id text not null);
			create table app.child (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.parent on delete set null);""", List.of(),
			new UploadSettings(0, false, Duration.ofSeconds(3), 3000), "app.item(owner_id)", "app.parent(owner_id)",
			"app.child(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void whatHasNoRoomIsToBeSentAgainAndNothingIsDone() {
		List<UUID> rows = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			rows.add(row(1_400));
		}
		UUID small = row(10);
		rows.forEach((row) -> this.phone.upsert("app.item", row, 9, "{}"));
		this.phone.upsert("app.item", small, 9, "{}").upsert("app.item", small, 1, "{}");
		List<ChangeStatus> statuses = this.phone.send().statuses();
		assertThat(statuses).hasSize(6);
		assertThat(statuses.subList(0, 2)).allMatch(Conflict.class::isInstance);
		assertThat(statuses.subList(2, 5)).as("also one that would have room").allMatch(Postponed.class::isInstance);
		assertThat(statuses.get(5)).isInstanceOf(ChangeStatus.Applied.class);
		assertThat(this.phone.stream()).hasSize(6);

		rows.subList(2, 4).forEach((row) -> this.phone.upsert("app.item", row, 9, "{}"));
		assertThat(this.phone.upload()).as("sent again").containsExactly("conflict 1", "conflict 1");
	}

	@Test
	void theFirstIsAlwaysShown() {
		UUID row = row(10_000);
		this.phone.upsert("app.item", row, 9, "{}").upsert("app.item", row, 8, "{}");
		List<ChangeStatus> statuses = this.phone.send().statuses();
		assertThat(statuses.get(0)).isInstanceOf(Conflict.class);
		assertThat(((Conflict) statuses.get(0)).serverRow().payload().utf8()).hasSizeGreaterThan(10_000);
		assertThat(statuses.get(1)).isInstanceOf(Postponed.class);
	}

	@Test
	void conflictsOverOneRowShareIt() {
		UUID row = row(100);
		this.phone.upsert("app.item", row, 9, "{}").upsert("app.item", row, 8, "{}");
		List<ChangeStatus> statuses = this.phone.send().statuses();
		assertThat(((Conflict) statuses.get(0)).serverRow()).isSameAs(((Conflict) statuses.get(1)).serverRow());
	}

	/** The after-image is composed while it is written. */
	@Test
	void showARowWhoseReferenceTheUploadItselfHasRemoved() {
		UUID parent = UUID.randomUUID();
		UUID child = UUID.randomUUID();
		this.phone.upsert("app.parent", parent, 0, "{}")
			.upsert("app.child", child, 0, "{\"parent_id\" : \"" + parent + "\", \"x\":1.10}")
			.upload();
		this.phone.delete("app.parent", parent, 1).upsert("app.child", child, 7, "{}");
		List<ChangeStatus> statuses = this.phone.send().statuses();
		assertThat(((Conflict) statuses.get(1)).serverRow().serverVersion()).isEqualTo(2);
		assertThat(((Conflict) statuses.get(1)).serverRow().payload().text())
			.isEqualTo("{\"parent_id\" : null, \"x\":1.10}");
	}

	@Test
	void invalidChangesShareWhatTheyAreTold() {
		UploadChange empty = new UploadChange(0, null, null, null, null, 0, null);
		List<ChangeStatus> statuses = this.engine.service()
			.upload(this.phone.actor(), new UploadRequest(0, List.of(empty, empty)))
			.statuses();
		assertThat(statuses.get(0)).isSameAs(statuses.get(1));
		String name = "t".repeat(10_000);
		UploadChange unknown = new UploadChange(1, name, name, "DELETE", UUID.randomUUID().toString(), 0, null);
		statuses = this.engine.service().upload(this.phone.actor(), new UploadRequest(0, List.of(unknown))).statuses();
		assertThat(statuses.get(0).toString()).hasSizeLessThan(1_000);
	}

	private UUID row(int size) {
		UUID row = UUID.randomUUID();
		this.phone.upsert("app.item", row, 0, "{\"x\":\"" + "x".repeat(size) + "\"}").upload();
		return row;
	}

}
