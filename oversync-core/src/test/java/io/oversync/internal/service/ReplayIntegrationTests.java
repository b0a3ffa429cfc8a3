/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes that come again under their id, in a later upload or in the same one (protocol
 * §2.1 step 2).
 */
class ReplayIntegrationTests {

	private final TestEngine engine = TestEngine.start("""
			create schema app;
			create table app.person (id uuid primary key, owner_id text not null, name text);
			create table app.pet (id uuid primary key, owner_id text not null,
			  person_id uuid references app.person on delete cascade deferrable initially deferred);""",
			"app.pet(owner_id)", "app.person(owner_id)");

	private final SyncActor phone = new SyncActor("alice", "phone");

	private final UUID person = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private UploadChange change(long id, String op, long version, @Nullable String payload) {
		return new UploadChange(id, "app", "person", op, this.person.toString(), version,
				(payload != null) ? Payload.of(payload) : null);
	}

	private List<String> upload(UploadChange... changes) {
		return this.engine.service()
			.upload(this.phone, new UploadRequest(0, List.of(changes)))
			.statuses()
			.stream()
			.map(ReplayIntegrationTests::describe)
			.toList();
	}

	private static String describe(ChangeStatus status) {
		if (status instanceof ChangeStatus.Applied applied) {
			return "applied " + applied.newServerVersion();
		}
		return (status instanceof ChangeStatus.Conflict conflict) ? "conflict " + conflict.serverRow().serverVersion()
				: "invalid";
	}

	private List<String> history() {
		return this.engine.device("alice/watch").history();
	}

	@Test
	void theSameChangeTwiceInOneUploadIsAppliedOnce() {
		assertThat(upload(change(1, "INSERT", 0, "{\"name\":\"Ann\"}"), change(1, "INSERT", 0, "{\"name\": \"Ann\"}")))
			.containsExactly("applied 1", "applied 1");
		assertThat(history()).containsExactly("INSERT person 1 by phone");
	}

	@Test
	void oneIdWithTwoContentsOfOneRowIsAppliedTwice() {
		UploadChange[] changes = { change(1, "INSERT", 0, "{\"name\":\"Ann\"}"),
				change(1, "INSERT", 0, "{\"name\":\"Anna\"}") };
		assertThat(upload(changes)).containsExactly("applied 1", "applied 2");
		assertThat(this.engine.query("select name from app.person")).containsExactly("Anna");
		assertThat(upload(changes)).as("sent again").containsExactly("applied 1", "applied 2");
		assertThat(history()).hasSize(2);
	}

	@Test
	void aDeviceWhoseCounterWentBackIsNotSwallowed() {
		upload(change(1, "INSERT", 0, "{\"name\":\"Ann\"}"));
		upload(change(2, "DELETE", 1, null));
		this.engine.device("alice/tablet").upsert("app.person", this.person, 2, "{\"name\":\"Ann\"}").upload();
		assertThat(upload(change(2, "DELETE", 3, null))).containsExactly("applied 4");
		assertThat(this.engine.query("select name from app.person")).isEmpty();
	}

	@Test
	void theSameContentFromANewerVersionIsANewChange() {
		upload(change(1, "INSERT", 0, "{\"name\":\"Ann\"}"));
		assertThat(upload(change(1, "INSERT", 1, "{\"name\":\"Ann\"}"))).containsExactly("applied 2");
		assertThat(upload(change(1, "INSERT", 9, "{\"name\":\"Ann\"}"))).as("a version that does not exist yet")
			.containsExactly("conflict 2");
		assertThat(upload(change(1, "INSERT", 1, "{\"name\":\"Ann\"}"))).as("sent again").containsExactly("applied 2");
	}

	@Test
	void otherContentAfterTheSameContentBuildsOnTheLatest() {
		upload(change(1, "INSERT", 0, "{\"name\":\"A\"}"));
		upload(change(1, "INSERT", 0, "{\"name\":\"B\"}"));
		assertThat(upload(change(1, "INSERT", 1, "{\"name\":\"A\"}"))).as("back to A, with the answer for B lost")
			.containsExactly("applied 3");
		assertThat(this.engine.query("select name from app.person")).containsExactly("A");
	}

	@Test
	void versionsStayFarFromTheEndOfTheirRange() {
		long highest = 1L << 62;
		assertThat(upload(change(1, "INSERT", highest + 1, "{}"), change(2, "DELETE", highest + 1, null),
				change(3, "INSERT", Long.MAX_VALUE, "{}")))
			.containsExactly("invalid", "invalid", "invalid");
		assertThat(upload(change(4, "INSERT", highest, "{\"name\":\"Ann\"}")))
			.containsExactly("applied " + (highest + 1));
		UUID pet = UUID.randomUUID();
		TestEngine.Device tablet = this.engine.device("alice/tablet");
		assertThat(tablet.upsert("app.pet", pet, highest, "{\"person_id\":\"" + this.person + "\"}").upload())
			.containsExactly("applied " + (highest + 1));
		// the row is one version above what a device may name: bring it back by one
		this.engine.execute("update sync.row_version set version = " + highest + " where pk = '" + this.person + "'");
		assertThat(upload(change(5, "DELETE", highest, null))).containsExactly("applied " + (highest + 1));
		assertThat(history()).contains("DELETE pet " + (highest + 2) + " by server");
	}

}
