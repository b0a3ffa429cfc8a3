/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tables are altered, dropped and created while the server is running.
 */
@ExtendWith(OutputCaptureExtension.class)
class DefinitionChangeIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text);
			create table app.child (id uuid primary key, owner_id text not null, name text, amount integer,
			  parent_id uuid constraint child_parent references app.parent deferrable initially deferred);
			create table app.other (id uuid primary key, owner_id text not null, name text);
			""";

	private static final String READ_AGAIN = "they were read again";

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)", "app.parent(owner_id)",
			"app.other(owner_id)");

	private final Device phone = this.engine.device("alice/phone");

	private final UUID parent = UUID.randomUUID();

	private final UUID child = UUID.randomUUID();

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	void anAddedColumnTakesItsValuesFromTheNextUploadOn() {
		uploadBoth();
		this.engine.execute("alter table app.child add column extra text");
		this.phone.upsert("app.child", this.child, 1, "{\"extra\":\"kept\"}").upload();
		assertThat(this.engine.query("select extra from app.child")).containsExactly("kept");
		assertThat(this.phone.failures()).isEmpty();
	}

	/** This also holds for rows that are written at that very moment. */
	@Test
	void noUploadMissesAColumnThatWasThereWhenItCommitted() throws Exception {
		AtomicBoolean stopped = new AtomicBoolean();
		AtomicInteger uploads = new AtomicInteger();
		List<Future<?>> writers = new ArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		for (int user = 0; user < 3; user++) {
			Device device = this.engine.device("user-" + user + "/phone");
			writers.add(threads.submit(() -> {
				while (!stopped.get()) {
					device
						.upsert("app.child", UUID.randomUUID(), 0,
								"{\"name\":\"n\",\"c0\":\"v\",\"c1\":\"v\",\"c2\":\"v\"}")
						.sendUntilAnswered();
					uploads.incrementAndGet();
				}
			}));
		}
		for (int column = 0; column < 3; column++) {
			int before = uploads.get();
			Awaitility.await().until(() -> uploads.get() > before + 20);
			// existing rows get 'old', later rows without a value get 'lost'
			this.engine.execute("alter table app.child add column c" + column + " text default 'old', alter column c"
					+ column + " set default 'lost'");
		}
		int before = uploads.get();
		Awaitility.await().until(() -> uploads.get() > before + 20);
		stopped.set(true);
		for (Future<?> writer : writers) {
			writer.get();
		}
		threads.shutdown();
		assertThat(this.engine.query("select count(*) from app.child where 'lost' in (c0, c1, c2)"))
			.containsExactly("0");
		assertThat(this.engine.query("select count(*) > 0 from app.child where c0 = 'old' and c2 = 'old'"))
			.containsExactly("t");
		assertThat(this.engine.query("select count(*) >= 20 from app.child where c2 = 'v'")).containsExactly("t");
		assertThat(this.engine.query("select count(*) from sync.materialize_failures")).containsExactly("0");
	}

	@Test
	void aRenamedColumnTakesTheMembersOfItsNewName() {
		uploadBoth();
		this.engine.execute("alter table app.child rename column name to title");
		assertThat(this.phone.upsert("app.child", this.child, 1, "{\"title\":\"new\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select title from app.child")).containsExactly("new");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aDroppedColumnIsMissedByNoRow() {
		uploadBoth();
		this.engine.execute("alter table app.child drop column amount");
		assertThat(this.phone.upsert("app.child", this.child, 1, "{\"name\":\"new\",\"amount\":7}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select name from app.child")).containsExactly("new");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aColumnOfAnotherTypeTakesItsValuesAsThatTypeReadsThem() {
		uploadBoth();
		this.engine.execute("alter table app.child alter column amount type text");
		this.phone.upsert("app.child", this.child, 1, "{\"amount\":\"many\"}").upload();
		assertThat(this.engine.query("select amount from app.child")).containsExactly("many");
		this.engine.execute("alter table app.child alter column amount type numeric(9,3) using 1");
		this.phone.upsert("app.child", this.child, 2, "{\"amount\":\"1e2\"}").upload();
		assertThat(this.engine.query("select amount from app.child")).containsExactly("100.000");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aColumnThatBecomesRequiredStillLetsPartialPayloadsThrough() {
		uploadBoth();
		this.engine.execute("alter table app.child alter column name set not null");
		this.phone.upsert("app.child", this.child, 1, "{\"amount\":3}").upload();
		assertThat(this.engine.query("select name || amount from app.child")).containsExactly("n3");
		this.engine.execute("alter table app.child alter column name drop not null");
		this.phone.upsert("app.child", UUID.randomUUID(), 0, "{\"amount\":4}").upload();
		assertThat(this.engine.query("select count(*) from app.child")).containsExactly("2");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aTableThatWasCreatedAgainIsWrittenAsItIsNow() {
		uploadBoth();
		this.engine.execute("drop table app.child");
		this.engine.execute("create table app.child (id uuid primary key, owner_id text not null, title text)");
		assertThat(this.phone.upsert("app.child", this.child, 1, "{\"title\":\"new\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select title from app.child")).containsExactly("new");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aNewForeignKeyIsFollowed() {
		this.engine.execute("alter table app.child drop constraint child_parent");
		uploadBoth();
		this.engine
			.execute("alter table app.child add foreign key (parent_id) references app.parent on delete cascade");
		UUID orphan = UUID.randomUUID();
		assertThat(this.phone.upsert("app.child", orphan, 0, "{\"parent_id\":\"" + UUID.randomUUID() + "\"}").upload())
			.containsExactly("FkMissing");
		this.phone.delete("app.parent", this.parent, 1).upload();
		assertThat(this.phone.history()).contains("DELETE child 2 by server");
		assertThat(this.phone.failures()).isEmpty();
	}

	/** Only the delete itself shows that a foreign key exists now. */
	@Test
	void aNewForeignKeyIsFollowedByTheFirstDelete() {
		this.engine.execute("alter table app.child drop constraint child_parent");
		uploadBoth();
		this.engine
			.execute("alter table app.child add foreign key (parent_id) references app.parent on delete cascade");
		this.phone.delete("app.parent", this.parent, 1).upload();
		assertThat(this.phone.history()).contains("DELETE child 2 by server");
		assertThat(this.engine.query("select count(*) from app.child")).containsExactly("0");
	}

	@Test
	void aDroppedForeignKeyRefusesNothing() {
		uploadBoth();
		this.engine.execute("alter table app.child drop constraint child_parent");
		assertThat(this.phone.delete("app.parent", this.parent, 1).upload()).containsExactly("applied 2");
		this.engine.execute("alter table app.child add foreign key (parent_id) references app.parent not valid");
		UUID orphan = UUID.randomUUID();
		this.phone.upsert("app.child", orphan, 0, "{\"parent_id\":\"" + this.parent + "\"}");
		assertThat(this.phone.upload()).containsExactly("FkMissing");
		this.engine.execute("alter table app.child drop constraint child_parent_id_fkey");
		assertThat(this.phone.resend()).containsExactly("applied 1");
	}

	/** A client would drop a change with a bad payload. */
	@Test
	void aColumnThatIsNoReferenceAnyMoreMakesNoPayloadBad() {
		uploadBoth();
		this.engine.execute("alter table app.child drop constraint child_parent, alter column parent_id type text");
		assertThat(this.phone.upsert("app.child", this.child, 1, "{\"parent_id\":\"no uuid\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.engine.query("select parent_id from app.child")).containsExactly("no uuid");
	}

	@Test
	void aTableThatVanishesFailsItsOwnRowsOnlyUntilItComesBack(CapturedOutput output) {
		uploadBoth();
		this.engine.execute("drop table app.child");
		for (int version = 1; version < 4; version++) {
			this.phone.upsert("app.child", this.child, version, "{\"name\":\"later\"}")
				.upsert("app.other", UUID.randomUUID(), 0, "{\"name\":\"n\"}");
			assertThat(this.phone.upload()).containsExactly("applied " + (version + 1), "applied 1");
		}
		assertThat(this.engine.query("select count(*) from app.other")).containsExactly("3");
		assertThat(this.phone.failures())
			.containsExactly("child: The registered table app.child does not exist in the database.");
		assertThat(this.phone.stream()).hasSize(8);
		assertThat(output.getOut().split("does not exist in the database", -1)).as("said once").hasSize(2);

		this.engine.execute("""
				create table app.child (id uuid primary key, owner_id text not null, name text,
				  parent_id uuid references app.parent)""");
		MaterializeFailure failure = this.engine.failuresOf(this.phone.actor()).get(0);
		assertThat(this.engine.service().retryMaterializeFailure(this.phone.actor(), failure.id()))
			.isEqualTo(new RetryResult(true, 4, null));
		assertThat(this.engine.query("select name from app.child")).containsExactly("later");
		assertThat(output).contains("written to app.child again");
	}

	/** The devices have the same foreign key, and it still binds them. */
	@Test
	void rowsOfATableThatVanishedStillFollowItsForeignKeys() {
		uploadBoth();
		this.engine.execute("drop table app.child");
		assertThat(this.phone.delete("app.parent", this.parent, 1).upload()).containsExactly("StillReferenced");
		this.phone.delete("app.child", this.child, 1).delete("app.parent", this.parent, 2);
		assertThat(this.phone.upload()).containsExactly("applied 2", "applied 3");
		assertThat(this.engine.query("select count(*) from app.parent")).containsExactly("0");
	}

	@Test
	void childrenOfATableThatVanishedStillNeedTheirParents() {
		uploadBoth();
		this.engine.execute("drop table app.parent cascade");
		UUID orphan = UUID.randomUUID();
		this.phone.upsert("app.parent", UUID.randomUUID(), 0, "{}").upload();
		this.phone.upsert("app.child", orphan, 0, "{\"parent_id\":\"" + UUID.randomUUID() + "\"}")
			.upsert("app.child", UUID.randomUUID(), 0, "{\"parent_id\":\"" + this.parent + "\"}");
		assertThat(this.phone.upload()).containsExactly("FkMissing", "applied 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "alter table app.child alter column id type text",
			"alter table app.child drop constraint child_pkey", "alter table app.child rename column owner_id to boss",
			"alter table app.child rename to elsewhere" })
	void aTableThatCannotBeSyncedAnyMoreEndsNothing(String ddl) {
		uploadBoth();
		this.engine.execute(ddl);
		this.phone.upsert("app.child", this.child, 1, "{\"name\":\"new\"}")
			.upsert("app.other", UUID.randomUUID(), 0, "{\"name\":\"n\"}");
		assertThat(this.phone.upload()).containsExactly("applied 2", "applied 1");
		assertThat(this.phone.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure).startsWith("child: The registered table app.child "));
		assertThat(this.engine.query("select count(*) from app.other")).containsExactly("1");
		assertThat(this.engine.service().registeredTables()).contains("app.child");
	}

	@Test
	void anErrorFromWithinATriggerIsAFailureOfTheRow(CapturedOutput output) {
		this.engine.execute("""
				create function app.broken() returns trigger language plpgsql as
				  $$ begin perform no_such_column from app.other; return new; end $$;
				create trigger broken before insert on app.child for each row execute function app.broken()""");
		uploadBoth();
		int before = count(output, READ_AGAIN);
		for (int i = 0; i < 5; i++) {
			assertThat(this.phone.upsert("app.child", UUID.randomUUID(), 0, "{\"name\":\"n\"}").upload())
				.containsExactly("applied 1");
		}
		assertThat(this.phone.failures()).hasSize(6).allMatch((failure) -> failure.contains("no_such_column"));
		assertThat(count(output, READ_AGAIN)).isEqualTo(before);
	}

	@Test
	void nothingIsReadAgainForWhatChangesNoDefinition(CapturedOutput output) {
		uploadBoth();
		for (String statement : List.of("vacuum app.child", "analyze app.child", "vacuum freeze app.child",
				"create index on app.child (name)", "vacuum freeze pg_class", "vacuum freeze pg_attribute",
				"reindex table app.child")) {
			TestPostgres.execute(this.engine.jdbcUrl(), statement);
			this.phone.upsert("app.child", UUID.randomUUID(), 0, "{\"name\":\"n\"}").upload();
		}
		assertThat(output).doesNotContain(READ_AGAIN);
		assertThat(this.phone.failures()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "alter table app.child add column extra text",
			"alter table app.child alter column amount set default 3",
			"alter table app.child alter column name type varchar(30)", "alter table app.child add check (amount > 0)",
			"grant select (name) on app.child to public",
			"alter table app.child alter constraint child_parent not deferrable" })
	void everyChangeOfADefinitionIsNoticed(String ddl, CapturedOutput output) {
		uploadBoth();
		this.engine.execute(ddl);
		this.phone.upsert("app.child", UUID.randomUUID(), 0, "{\"name\":\"n\",\"amount\":1}").upload();
		assertThat(output).contains("[app.child]; " + READ_AGAIN);
	}

	@Test
	void aDomainThatBecomesRequiredIsNoticed() {
		this.engine.execute("create domain app.word as text");
		this.engine.execute("alter table app.child alter column name type app.word");
		uploadBoth();
		this.engine.execute("alter domain app.word set not null");
		this.phone.upsert("app.child", this.child, 1, "{\"amount\":3}").upload();
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select name || amount from app.child")).containsExactly("n3");
	}

	@Test
	void anUploadThatWaitsForTheChangeIsAnsweredByWhatItBringsAbout() throws Exception {
		uploadBoth();
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try (var connection = this.engine.dataSource().getConnection(); var statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("alter table app.child add column extra text");
			Future<?> upload = threads.submit(
					() -> this.phone.upsert("app.child", this.child, 1, "{\"extra\":\"kept\"}").sendUntilAnswered());
			Awaitility.await()
				.until(() -> this.engine.query("select count(*) from pg_locks where not granted").equals(List.of("1")));
			connection.commit();
			upload.get();
		}
		threads.shutdown();
		assertThat(this.engine.query("select extra from app.child")).containsExactly("kept");
	}

	/** Not even if a default must be read. */
	@Test
	void readingDefinitionsDoesNotWaitForLocksOnTables() throws Exception {
		this.engine.execute("alter table app.child alter column parent_id set default '" + this.parent
				+ "', drop constraint child_parent,"
				+ " add foreign key (parent_id) references app.parent on delete set default");
		uploadBoth();
		this.engine.execute("alter table app.other add column extra text");
		try (var connection = this.engine.dataSource().getConnection(); var statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("lock table app.child, app.parent in access exclusive mode");
			this.phone.upsert("app.other", new UUID(0, 1), 0, "{\"extra\":\"kept\"}").upload();
			connection.rollback();
		}
		assertThat(this.engine.query("select extra from app.other")).containsExactly("kept");
	}

	private void uploadBoth() {
		this.phone.upsert("app.parent", this.parent, 0, "{\"name\":\"n\"}")
			.upsert("app.child", this.child, 0, "{\"name\":\"n\",\"amount\":1,\"parent_id\":\"" + this.parent + "\"}")
			.upload();
	}

	private static int count(CapturedOutput output, String text) {
		return output.getOut().split(text, -1).length - 1;
	}

	@Test
	void anOwnerColumnThatIsWidenedTakesLongerIdsWithoutARestart() {
		try (TestEngine narrow = TestEngine.start(
				"create schema app; create table app.own (id uuid primary key, owner varchar(4), name text)",
				"app.own(owner)")) {
			TestEngine.Device phone = narrow.device("annabel/phone");
			assertThatExceptionOfType(SyncException.class).isThrownBy(phone::stream)
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED));
			narrow.execute("alter table app.own alter owner type text");
			Awaitility.await().ignoreExceptionsInstanceOf(SyncException.class).until(() -> phone.stream().isEmpty());
			assertThat(phone.upsert("app.own", new UUID(0, 1), 0, "{\"name\":\"one\"}").upload())
				.containsExactly("applied 1");
		}
	}

}
