/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A row that its table refuses does not affect other rows.
 */
class PoisonIntegrationTests {

	private static final String DDL = """
			create schema app;
			create type app.mood as enum ('good', 'bad');
			create table app.country (code text primary key);
			create table app.item (id uuid primary key, owner_id text not null, name text not null,
			  code varchar(5) unique, amount numeric(6,2), quantity integer check (quantity >= 0), mood app.mood,
			  slot int4range, country text references app.country deferrable initially deferred,
			  exclude using gist (slot with &&));
			create function app.refuse() returns trigger language plpgsql as
			  $$ begin if new.name = 'refused' then raise exception 'not on my watch'; end if; return new; end $$;
			create trigger refuse before insert or update on app.item for each row execute function app.refuse();
			create table app.left_half (id uuid primary key, owner_id text not null, other_id uuid not null);
			create table app.right_half (id uuid primary key, owner_id text not null,
			  other_id uuid not null references app.left_half deferrable initially deferred, n integer check (n > 0));
			alter table app.left_half add foreign key (other_id) references app.right_half deferrable initially deferred;
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.item(owner_id)", "app.left_half(owner_id)",
			"app.right_half(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			"name":null                        | null value
			"name":"x","code":"taken"          | unique
			"name":"x","code":"too long"       | too long
			"name":"x","amount":123456.78      | overflow
			"name":"x","amount":1.234          | amount
			"name":"x","quantity":-1           | check constraint
			"name":"x","quantity":"three"      | quantity
			"name":"x","mood":"strange"        | enum
			"name":"x","slot":"[5,7)"          | exclusion
			"name":"x","country":"nowhere"     | foreign key
			"name":"refused"                   | not on my watch
			""")
	void aRowThatItsTableRefusesIsRecordedAndItsNeighboursAreWritten(String members, String error) {
		this.phone
			.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"first\",\"code\":\"taken\",\"slot\":\"[1,6)\"}")
			.upload();
		UUID bad = UUID.randomUUID();
		for (int i = 0; i < 20; i++) {
			this.phone.upsert("app.item", (i == 13) ? bad : UUID.randomUUID(), 0,
					(i == 13) ? "{" + members + "}" : "{\"name\":\"neighbour\",\"quantity\":" + i + "}");
		}
		assertThat(this.phone.upload()).hasSize(20).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.item where name = 'neighbour'")).containsExactly("19");
		assertThat(this.phone.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure).contains(error)
				.doesNotContainIgnoringCase("insert into")
				.doesNotContain("first"));
		assertThat(this.engine.device("alice/tablet").stream()).hasSize(21);

		this.phone.upsert("app.item", bad, 1, "{\"name\":\"good\",\"code\":null,\"amount\":1,\"quantity\":1,"
				+ "\"mood\":\"good\",\"slot\":null,\"country\":null}");
		assertThat(this.phone.upload()).containsExactly("applied 2");
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select name from app.item where id = '" + bad + "'")).containsExactly("good");
	}

	@Test
	void whatATriggerSaysIsCut() {
		this.engine.execute("create or replace function app.refuse() returns trigger language plpgsql as"
				+ " $$ begin raise exception '%', repeat('long', 1000000); end $$");
		assertThat(this.phone.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"x\"}").upload())
			.containsExactly("applied 1");
		assertThat(this.engine.query("select length(error) from sync.materialize_failures")).containsExactly("1000");
	}

	@Test
	void theMessageOfAFailureIsBounded() {
		this.phone
			.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"x\",\"mood\":\"" + "long".repeat(10_000) + "\"}")
			.upload();
		assertThat(this.phone.failures()).singleElement().asString().contains("enum").hasSizeLessThan(1_100);
	}

	@Test
	void manyBadRowsAreAllRecorded() {
		for (int i = 0; i < 100; i++) {
			this.phone.upsert("app.item", UUID.randomUUID(), 0,
					"{\"name\":\"n\",\"quantity\":" + ((i % 3 == 0) ? -1 : i) + "}");
		}
		this.phone.upload();
		assertThat(this.engine.query("select count(*) from app.item")).containsExactly("66");
		assertThat(this.engine.query("select count(*) from sync.materialize_failures")).containsExactly("34");
	}

	@Test
	void rowsInACircleAcrossTablesAreWrittenAlthoughANeighbourFails() {
		int circles = 9;
		for (int i = 0; i < circles; i++) {
			this.phone.upsert("app.left_half", new UUID(1, i), 0, "{\"other_id\":\"" + new UUID(2, i) + "\"}");
		}
		for (int i = 0; i < circles; i++) {
			this.phone.upsert("app.right_half", new UUID(2, i), 0,
					"{\"other_id\":\"" + new UUID(1, i) + "\",\"n\":" + ((i == 4) ? 0 : 1) + "}");
		}
		assertThat(this.phone.upload()).hasSize(2 * circles).containsOnly("applied 1");
		assertThat(this.engine.query("select count(*) from app.left_half")).containsExactly("8");
		assertThat(this.engine.query("select count(*) from app.right_half")).containsExactly("8");
		assertThat(this.phone.failures()).hasSize(2);
	}

	@Test
	void aRowTakesTheUniqueValueOfOneThatTheSameBatchDeletes() {
		UUID old = UUID.randomUUID();
		this.phone.upsert("app.item", old, 0, "{\"name\":\"old\",\"code\":\"taken\"}").upload();
		this.phone.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"new\",\"code\":\"taken\"}")
			.delete("app.item", old, 1);
		assertThat(this.phone.upload()).containsExactly("applied 1", "applied 2");
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select name from app.item")).containsExactly("new");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"\\ud83d\\ude00\":1,\"name\":\"x\",\"other_id\":null}",
			"{\"\uD83D\uDE00\":1,\"name\":\"\\ud83d\\ude00\"}" })
	void namesOutsideTheBasicPlaneAreMembersLikeAnyOther(String payload) {
		assertThat(this.phone.upsert("app.item", UUID.randomUUID(), 0, payload).upload()).containsExactly("applied 1");
		assertThat(this.phone.upsert("app.left_half", UUID.randomUUID(), 0, payload).upload())
			.containsExactly("applied 1");
		assertThat(this.phone.resend()).containsExactly("applied 1");
	}

	@Test
	void aRetryWritesTheCurrentState() {
		UUID row = UUID.randomUUID();
		this.phone.upsert("app.item", row, 0, "{\"name\":\"x\",\"country\":\"de\"}").upload();
		MaterializeFailure failure = failures().get(0);
		RetryResult still = this.engine.service().retryMaterializeFailure(this.phone.actor(), failure.id());
		assertThat(still.applied()).isFalse();
		assertThat(still.newServerVersion()).isEqualTo(1);
		assertThat(failures().get(0).retryCount()).isEqualTo(1);
		this.engine.execute("insert into app.country values ('de')");
		assertThat(this.engine.service().retryMaterializeFailure(this.phone.actor(), failure.id()))
			.isEqualTo(new RetryResult(true, 1, null));
		assertThat(failures()).isEmpty();
		assertThat(this.engine.query("select country from app.item")).containsExactly("de");
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.engine.service().retryMaterializeFailure(this.phone.actor(), failure.id()))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.NOT_FOUND));
	}

	@Test
	void aFailureIsRetriedOnlyOnceAtATime() throws Exception {
		this.phone.upsert("app.item", UUID.randomUUID(), 0, "{\"name\":\"x\",\"country\":\"de\"}").upload();
		long id = failures().get(0).id();
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try (var connection = this.engine.dataSource().getConnection(); var statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			// the first retry waits here
			statement.execute("select 1 from sync.stream for update");
			Future<RetryResult> first = threads
				.submit(() -> this.engine.service().retryMaterializeFailure(this.phone.actor(), id));
			Awaitility.await()
				.until(() -> this.engine.query("select count(*) from pg_locks where locktype = 'advisory'")
					.equals(List.of("1")));
			assertThatExceptionOfType(SyncException.class)
				.isThrownBy(() -> this.engine.service().retryMaterializeFailure(this.phone.actor(), id))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.RETRY_IN_PROGRESS));
			connection.rollback();
			assertThat(first.get().applied()).isFalse();
		}
		threads.shutdown();
	}

	private List<MaterializeFailure> failures() {
		return this.engine.failuresOf(this.phone.actor());
	}

}
