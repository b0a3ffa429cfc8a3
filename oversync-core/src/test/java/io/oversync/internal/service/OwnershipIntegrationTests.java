/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of other users, with and without an owner column.
 */
class OwnershipIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			create table app.card (id uuid primary key, title text not null);
			create table app.line (id uuid primary key, body text, card_id uuid references app.card on delete cascade);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)", "app.card", "app.line");

	private final Device alice = this.engine.device("alice/phone");

	private final Device bob = this.engine.device("bob/phone");

	private final UUID key = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void theOwnerColumnHoldsTheUserWhateverThePayloadSays() {
		this.bob.upsert("app.note", this.key, 0, "{\"body\": \"b\", \"owner_id\": \"alice\"}").upload();
		assertThat(this.engine.query("select owner_id from app.note")).containsExactly("bob");
	}

	@Test
	void aTriggerCannotGiveARowToAnotherUser() {
		this.bob.upsert("app.note", this.key, 0, "{\"body\": \"kept\"}").upload();
		this.engine.execute("""
				create function app.give() returns trigger language plpgsql as
				  $$ begin new.owner_id = 'alice'; return new; end $$;
				create trigger give before insert or update on app.note for each row execute function app.give();""");
		assertThat(this.bob.upsert("app.note", this.key, 1, "{\"body\": \"given\"}")
			.upsert("app.note", UUID.randomUUID(), 0, "{\"body\": \"given\"}")
			.upload()).containsExactly("applied 2", "applied 1");
		assertThat(this.engine.query("select owner_id || body from app.note")).containsExactly("bobkept");
		assertThat(this.bob.failures()).hasSize(2).allMatch((failure) -> failure.contains("A trigger"));
	}

	@Test
	void aKeyOfAnotherUserIsRefusedAndRecorded() {
		this.alice.upsert("app.note", this.key, 0, "{\"body\": \"secret\"}").upload();
		assertThat(this.bob.upsert("app.note", this.key, 0, "{\"body\": \"mine\"}").upload())
			.containsExactly("applied 1");
		assertThat(this.engine.query("select owner_id || body from app.note")).containsExactly("alicesecret");
		assertThat(this.bob.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure).doesNotContain("alice", "secret"));
		assertThat(this.alice.failures()).isEmpty();
		assertThat(this.bob.delete("app.note", this.key, 1).upload()).containsExactly("applied 2");
		assertThat(this.engine.query("select body from app.note")).containsExactly("secret");
	}

	@Test
	void withoutAnOwnerColumnARowBelongsToWhoWroteItFirst() {
		this.alice.upsert("app.card", this.key, 0, "{\"title\": \"secret\"}").upload();
		assertThat(this.bob.upsert("app.card", this.key, 0, "{\"title\": \"mine\"}").upload())
			.containsExactly("applied 1");
		assertThat(this.engine.query("select title from app.card")).containsExactly("secret");
		assertThat(this.bob.failures()).hasSize(1);
		// the refused row of the other user does not lock the owner out
		assertThat(this.alice.upsert("app.card", this.key, 1, "{\"title\": \"two\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select title from app.card")).containsExactly("two");
		this.bob.delete("app.card", this.key, 1).upload();
		assertThat(this.engine.query("select title from app.card")).containsExactly("two");
		assertThat(this.alice.failures()).isEmpty();
	}

	@Test
	void withoutAnOwnerColumnADeletedRowIsFreeAgain() {
		this.alice.upsert("app.card", this.key, 0, "{\"title\": \"a\"}").upload();
		this.bob.upsert("app.card", this.key, 0, "{\"title\": \"b\"}").upload();
		this.alice.delete("app.card", this.key, 1).upload();
		assertThat(this.bob.upsert("app.card", this.key, 1, "{\"title\": \"b2\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select title from app.card")).containsExactly("b2");
		assertThat(this.bob.failures()).isEmpty();
	}

	@Test
	void withoutAnOwnerColumnParentsOfOthersDoNotExist() {
		this.alice.upsert("app.card", this.key, 0, "{\"title\": \"a\"}").upload();
		assertThat(this.bob.upsert("app.line", UUID.randomUUID(), 0, "{\"card_id\": \"" + this.key + "\"}").upload())
			.containsExactly("FkMissing");
	}

	@Test
	void withoutAnOwnerColumnRowsOfTheApplicationMayBeReferredTo() {
		this.engine.execute("insert into app.card values ('" + this.key + "', 'shared')");
		assertThat(this.bob.upsert("app.line", UUID.randomUUID(), 0, "{\"card_id\": \"" + this.key + "\"}").upload())
			.containsExactly("applied 1");
	}

	@Test
	void withoutAnOwnerColumnADeleteNeverCascadesIntoRowsOfOthers() {
		this.engine.execute("insert into app.card values ('" + this.key + "', 'shared')");
		this.bob.upsert("app.line", UUID.randomUUID(), 0, "{\"card_id\": \"" + this.key + "\"}").upload();
		this.alice.upsert("app.card", this.key, 0, "{\"title\": \"mine now\"}").upload();
		assertThat(this.alice.delete("app.card", this.key, 1).upload()).containsExactly("applied 2");
		assertThat(this.engine.query("select count(*) from app.line")).containsExactly("1");
		assertThat(this.alice.failures()).hasSize(1);
	}

	@Test
	void failuresOfOthersAreNotFound() {
		this.alice.upsert("app.note", this.key, 0, "{\"body\": null}").upload();
		long id = this.engine.failuresOf(this.alice.actor()).get(0).id();
		assertThat(Assertions.catchThrowable(() -> this.engine.service().retryMaterializeFailure(this.bob.actor(), id)))
			.hasMessage("There is no such failure");
	}

}
