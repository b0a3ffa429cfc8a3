/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ChangeStatus.InvalidChange.StillReferenced;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deletes that a foreign key refuses: the row is restored, and the device that sent the
 * delete receives the row before any row that refers to it (protocol §2.1, §3).
 */
class RefusedDeleteIntegrationTests {

	private static final String DDL = """
			create schema app;
			create schema other;
			create table app.person (id uuid primary key, owner_id text not null, name text not null);
			create table app.pet (id uuid primary key, owner_id text not null, name text not null,
			  person_id uuid not null references app.person deferrable initially deferred);
			create table app.folder (id uuid primary key, owner_id text not null,
			  parent_id uuid references app.folder deferrable initially deferred);
			create table other.memo (id uuid primary key, owner_id text not null, text text);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.pet(owner_id)", "app.person(owner_id)",
			"app.folder(owner_id)", "other.memo(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final Device tablet = this.engine.device("alice/tablet");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private UUID person(String name) {
		UUID person = UUID.randomUUID();
		this.phone.upsert("app.person", person, 0, "{\"name\":  \"" + name + "\", \"extra\": 1.10}").upload();
		return person;
	}

	private UUID petOf(UUID person) {
		UUID pet = UUID.randomUUID();
		this.tablet.upsert("app.pet", pet, 0, "{\"name\": \"Rex\", \"person_id\": \"" + person + "\"}").upload();
		return pet;
	}

	private static List<String> page(TestEngine engine, Device device, DownloadRequest request) {
		List<String> page = new ArrayList<>();
		DownloadWindow window = engine.service()
			.download(device.actor(), request, (change) -> page.add(change.serverId() + " " + change.table().table()));
		page.add((window.hasMore() ? "more after " : "end at ") + window.nextAfter());
		return page;
	}

	private List<String> page(Device device, long after, int limit) {
		return page(this.engine, device, new DownloadRequest(after, limit, null, false, 0));
	}

	private long restores() {
		return this.phone.stream().stream().filter((change) -> change.sourceId().equals("server")).count();
	}

	@Test
	void restoresTheRowWithItsPayloadVerbatim() {
		UUID person = person("Ann");
		UUID pet = petOf(person);
		ChangeStatus status = this.phone.delete("app.person", person, 1).send().statuses().get(0);
		assertThat(((ChangeStatus.Invalid) status).invalid()).isEqualTo(new StillReferenced(List.of("app.pet:" + pet)));
		DownloadedChange restore = this.phone.stream().get(2);
		assertThat(this.phone.history()).endsWith("UPDATE person 2 by server");
		assertThat(restore.payload().text()).isEqualTo("{\"name\":  \"Ann\", \"extra\": 1.10}");
		assertThat(this.engine.query("select name from app.person")).containsExactly("Ann");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void answersTheSameDeleteAgainWithoutAnotherRestore() {
		UUID person = person("Ann");
		petOf(person);
		assertThat(this.phone.delete("app.person", person, 1).upload()).containsExactly("StillReferenced");
		assertThat(this.phone.resend()).containsExactly("StillReferenced");
		assertThat(this.phone.delete("app.person", person, 1).upload()).as("under another id")
			.containsExactly("StillReferenced");
		assertThat(restores()).isEqualTo(1);
		assertThat(page(this.phone, 3, 10)).as("acknowledges").containsExactly("end at 3");
		assertThat(this.phone.delete("app.person", person, 1).upload()).containsExactly("StillReferenced");
		assertThat(restores()).isEqualTo(1);
	}

	@Test
	void restoresAgainWhenTheRestoredVersionIsDeleted() {
		UUID person = person("Ann");
		UUID pet = petOf(person);
		this.phone.delete("app.person", person, 1).upload();
		assertThat(this.phone.delete("app.person", person, 2).upload()).containsExactly("StillReferenced");
		assertThat(restores()).isEqualTo(2);
		assertThat(this.phone.resend()).containsExactly("StillReferenced");
		assertThat(restores()).isEqualTo(2);
		assertThat(this.phone.delete("app.pet", pet, 1).delete("app.person", person, 3).upload())
			.containsExactly("applied 2", "applied 4");
	}

	@Test
	void isAConflictForADeviceThatExpectsAnotherVersion() {
		UUID person = person("Ann");
		petOf(person);
		this.phone.delete("app.person", person, 1).upload();
		assertThat(this.tablet.delete("app.person", person, 1).upload()).containsExactly("conflict 2");
		assertThat(restores()).isEqualTo(1);
	}

	@Test
	void beginsThePagesOfThatDeviceWithTheRestore() {
		UUID person = person("Ann");
		petOf(person);
		for (int i = 0; i < 4; i++) {
			this.tablet.upsert("app.person", UUID.randomUUID(), 0, "{\"name\": \"Bob\"}");
		}
		this.tablet.upload();
		this.phone.delete("app.person", person, 1).upload();

		assertThat(page(this.phone, 1, 2)).containsExactly("7 person", "2 pet", "3 person", "more after 3");
		assertThat(page(this.phone, 3, 2)).containsExactly("7 person", "4 person", "5 person", "more after 5");
		assertThat(page(this.phone, 5, 2)).containsExactly("6 person", "7 person", "end at 7");
		assertThat(page(this.phone, 1, 6)).as("a page with all of it").hasSize(7);
		assertThat(page(this.tablet, 0, 2)).as("another device").containsExactly("1 person", "7 person", "end at 7");
		assertThat(page(this.engine, this.tablet, new DownloadRequest(0, 2, null, true, 0))).containsExactly("1 person",
				"2 pet", "more after 2");
	}

	@Test
	void keepsToTheWindowAndTheSchemaOfThePage() {
		UUID person = person("Ann");
		petOf(person);
		this.tablet.upsert("other.memo", UUID.randomUUID(), 0, "{}").upsert("other.memo", UUID.randomUUID(), 0, "{}");
		this.tablet.upload();
		this.phone.delete("app.person", person, 1).upload();

		assertThat(page(this.engine, this.phone, new DownloadRequest(0, 1, null, false, 4))).containsExactly("2 pet",
				"more after 2");
		assertThat(page(this.engine, this.phone, new DownloadRequest(0, 1, "other", false, 0)))
			.containsExactly("3 memo", "more after 3");
		assertThat(page(this.engine, this.phone, new DownloadRequest(0, 1, "app", false, 0)))
			.containsExactly("5 person", "2 pet", "more after 2");
	}

	@Test
	void forgetsTheRestoreOnceTheDeviceHasReceivedIt() {
		UUID person = person("Ann");
		petOf(person);
		this.phone.delete("app.person", person, 1).upload();
		assertThat(page(this.phone, 0, 1)).containsExactly("3 person", "2 pet", "more after 2");
		assertThat(page(this.phone, 3, 1)).containsExactly("end at 3");
		assertThat(page(this.phone, 0, 1)).containsExactly("2 pet", "more after 2");
		this.tablet.upsert("app.person", person, 2, "{\"name\": \"Anna\"}").upload();
		assertThat(page(this.phone, 3, 1)).containsExactly("4 person", "end at 4");
		this.phone.delete("app.person", person, 3).upload();
		assertThat(page(this.phone, 5, 1)).containsExactly("end at 5");
		assertThat(this.engine.query("select server_id from sync.restore")).as("the row has changed since the first")
			.containsExactly("5");
	}

	@Test
	void keepsTheRestoreOfADeviceThatAsksBeyondTheStream() {
		UUID person = person("Ann");
		petOf(person);
		this.phone.delete("app.person", person, 1).upload();
		this.tablet.upsert("app.person", person, 2, "{\"name\": \"Anna\"}").upload();
		assertThat(page(this.phone, 5, 1)).as("of a stream that was put back").containsExactly("end at 5");
		assertThat(page(this.phone, Long.MAX_VALUE, 1)).as("whether the database answers")
			.containsExactly("end at " + Long.MAX_VALUE);
		assertThat(page(this.phone, 0, 1)).containsExactly("3 person", "2 pet", "more after 2");
	}

	@Test
	void restoresEachOfThirtyParentsOnceInEightRounds() {
		List<UUID> persons = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			persons.add(person("Person " + i));
			petOf(persons.get(i));
		}
		for (int round = 0; round < 8; round++) {
			persons.forEach((person) -> this.phone.delete("app.person", person, 1));
			assertThat(this.phone.upload()).hasSize(30).containsOnly("StillReferenced");
			page(this.phone, round * 10L, 1000);
		}
		assertThat(restores()).isEqualTo(30);
	}

	@Test
	void restoresATreeParentsFirstAndLetsItsConflictsWait() {
		UUID root = UUID.randomUUID();
		UUID branch = UUID.randomUUID();
		UUID leaf = UUID.randomUUID();
		this.phone.upsert("app.folder", root, 0, "{}")
			.upsert("app.folder", branch, 0, "{\"parent_id\": \"" + root + "\"}")
			.upsert("app.folder", leaf, 0, "{\"parent_id\": \"" + branch + "\"}")
			.upload();
		this.tablet.upsert("app.folder", leaf, 1, "{\"parent_id\": \"" + branch + "\"}").upload();

		this.phone.delete("app.folder", leaf, 1).delete("app.folder", branch, 1).delete("app.folder", root, 1);
		assertThat(this.phone.upload()).containsExactly("FkMissing", "StillReferenced", "StillReferenced");
		assertThat(this.phone.stream()).filteredOn((change) -> change.sourceId().equals("server"))
			.extracting(DownloadedChange::pk)
			.containsExactly(root, branch);
		assertThat(this.phone.delete("app.folder", leaf, 1).upload()).containsExactly("conflict 2");
	}

	@Test
	void restoresWhatTheSameUploadWrote() {
		UUID person = UUID.randomUUID();
		assertThat(this.phone.upsert("app.person", person, 0, "{\"name\": \"Ann\"}")
			.upsert("app.pet", UUID.randomUUID(), 0, "{\"name\": \"Rex\", \"person_id\": \"" + person + "\"}")
			.delete("app.person", person, 1)
			.upload()).containsExactly("applied 1", "applied 1", "StillReferenced");
		assertThat(this.phone.stream().get(2).payload().text()).isEqualTo("{\"name\": \"Ann\"}");
		assertThat(this.phone.resend()).containsExactly("applied 1", "applied 1", "StillReferenced");
		assertThat(restores()).isEqualTo(1);
	}

}
