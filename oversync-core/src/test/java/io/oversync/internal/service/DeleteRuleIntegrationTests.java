/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.DownloadRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deleting rows that others refer to, in the stream and in the business tables at once.
 */
class DeleteRuleIntegrationTests {

	private static final UUID DEFAULT = new UUID(0, 7);

	private static final String DDL = """
			create schema app;
			create table app.person (id uuid primary key, owner_id text not null, name text not null);
			create table app.address (id uuid primary key, owner_id text not null, city text not null,
			  person_id uuid not null references app.person on delete cascade deferrable initially deferred);
			create table app.visit (id uuid primary key, owner_id text not null, purpose text,
			  address_id uuid references app.address on delete set null);
			create table app.task (id uuid primary key, owner_id text not null, title text not null,
			  person_id uuid default '00000000-0000-0000-0000-000000000007' references app.person on delete set default);
			create table app.pet (id uuid primary key, owner_id text not null, name text not null,
			  person_id uuid not null references app.person on delete restrict);
			create table app.badge (id uuid primary key, owner_id text not null,
			  person_id uuid not null references app.person on delete set null);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.pet(owner_id)", "app.task(owner_id)",
			"app.visit(owner_id)", "app.address(owner_id)", "app.person(owner_id)", "app.badge(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final Device tablet = this.engine.device("alice/tablet");

	private final UUID person = UUID.randomUUID();

	@BeforeEach
	void uploadThePerson() {
		assertThat(this.phone.upsert("app.person", this.person, 0, "{\"name\": \"Ann\"}").upload())
			.containsExactly("applied 1");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void cascadesThroughTheStreamAndTheTables() {
		UUID address = UUID.randomUUID();
		UUID visit = UUID.randomUUID();
		this.phone
			.upsert("app.visit", visit, 0,
					"{\"purpose\": \"tea\",  \"address_id\": \"" + address + "\", \"extra\": 1.10}")
			.upsert("app.address", address, 0, "{\"city\": \"Ulm\", \"person_id\": \"" + this.person + "\"}");
		assertThat(this.phone.upload()).containsExactly("applied 1", "applied 1");

		assertThat(this.tablet.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");

		assertThat(this.phone.history()).containsExactly("UPDATE person 1 by phone", "UPDATE address 1 by phone",
				"UPDATE visit 1 by phone", "UPDATE visit 2 by server", "DELETE address 2 by server",
				"DELETE person 2 by tablet");
		assertThat(this.phone.stream().get(3).payload().text())
			.isEqualTo("{\"purpose\": \"tea\",  \"address_id\": null, \"extra\": 1.10}");
		assertThat(this.phone.stream()).extracting("sourceChangeId").containsExactly(1L, 3L, 2L, 1L, 2L, 1L);
		assertThat(this.engine.query("select count(*) from app.address")).containsExactly("0");
		assertThat(this.engine.query("select purpose || coalesce(address_id::text, ' nowhere') from app.visit"))
			.containsExactly("tea nowhere");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void deliversWhatTheServerDidToTheDeletingDevice() {
		UUID address = UUID.randomUUID();
		this.phone.upsert("app.address", address, 0, "{\"city\": \"Ulm\", \"person_id\": \"" + this.person + "\"}")
			.upload();
		this.phone.delete("app.person", this.person, 1).upload();
		List<String> others = new ArrayList<>();
		this.engine.service()
			.download(this.phone.actor(), new DownloadRequest(0, 100, null, false, 0),
					(change) -> others.add(change.op() + " " + change.pk()));
		assertThat(others).containsExactly("DELETE " + address);
	}

	@Test
	void setsDefaultsThatExist() {
		UUID task = UUID.randomUUID();
		this.phone.upsert("app.person", DEFAULT, 0, "{\"name\": \"Nobody\"}")
			.upsert("app.task", task, 0, "{\"title\": \"t\", \"person_id\": \"" + this.person + "\"}")
			.upload();
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");
		assertThat(this.engine.query("select person_id from app.task")).containsExactly(DEFAULT.toString());
		assertThat(this.phone.history()).endsWith("UPDATE task 2 by server", "DELETE person 2 by phone");
	}

	@Test
	void refusesADefaultThatDoesNotExist() {
		this.phone
			.upsert("app.task", UUID.randomUUID(), 0, "{\"title\": \"t\", \"person_id\": \"" + this.person + "\"}")
			.upload();
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("StillReferenced");
	}

	@Test
	void refusesWhatTheDatabaseWouldRefuseAndAppliesTheNeighbours() {
		UUID other = UUID.randomUUID();
		this.phone
			.upsert("app.pet", UUID.randomUUID(), 0, "{\"name\": \"Rex\", \"person_id\": \"" + this.person + "\"}")
			.upload();
		assertThat(this.phone.delete("app.person", this.person, 1)
			.upsert("app.person", other, 0, "{\"name\": \"Bob\"}")
			.upload()).containsExactly("StillReferenced", "applied 1");
		assertThat(this.engine.query("select name from app.person order by name")).containsExactly("Ann", "Bob");
	}

	@Test
	void refusesSetNullOnAColumnThatMayNotBeNull() {
		this.phone.upsert("app.badge", UUID.randomUUID(), 0, "{\"person_id\": \"" + this.person + "\"}").upload();
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("StillReferenced");
	}

	@Test
	void refusesForAChildThatTheApplicationWrote() {
		this.engine
			.execute("insert into app.pet values ('" + UUID.randomUUID() + "', 'alice', 'Rex', '" + this.person + "')");
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("StillReferenced");
	}

	@Test
	void neverCascadesIntoRowsOfOthers() {
		this.engine.execute(
				"insert into app.address values ('" + UUID.randomUUID() + "', 'bob', 'Bonn', '" + this.person + "')");
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");
		assertThat(this.engine.query("select owner_id from app.address")).containsExactly("bob");
		assertThat(this.phone.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure).startsWith("person: ").doesNotContain("bob"));
	}

	@Test
	void cascadesToAChildWhoseWriteFailed() {
		UUID address = UUID.randomUUID();
		this.phone.upsert("app.address", address, 0, "{\"city\": null, \"person_id\": \"" + this.person + "\"}")
			.upload();
		assertThat(this.phone.failures()).hasSize(1);
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");
		assertThat(this.phone.history()).endsWith("DELETE address 2 by server", "DELETE person 2 by phone");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void seesThatAChildHasMovedAlthoughItsWriteFailed() {
		UUID pet = UUID.randomUUID();
		UUID other = UUID.randomUUID();
		this.phone.upsert("app.pet", pet, 0, "{\"name\": \"Rex\", \"person_id\": \"" + this.person + "\"}")
			.upsert("app.person", other, 0, "{\"name\": \"Bob\"}")
			.upload();
		this.phone.upsert("app.pet", pet, 1, "{\"name\": null, \"person_id\": \"" + other + "\"}").upload();
		assertThat(this.phone.delete("app.person", this.person, 1).upload()).containsExactly("applied 2");
	}

}
