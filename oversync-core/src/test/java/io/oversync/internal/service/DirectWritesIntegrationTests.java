/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.UploadLimits;
import io.oversync.service.RefusedWriteException;
import io.oversync.service.ServerWrites;
import io.oversync.service.ServerWrites.Result;
import io.oversync.service.ServerWrites.Write;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rows that the application writes by {@link ServerWrites}.
 */
class DirectWritesIntegrationTests {

	private static final UUID A = new UUID(0, 10);

	private static final UUID B = new UUID(0, 11);

	private static final UUID C = new UUID(0, 12);

	private static final String DDL = """
			create schema app;
			create table app.folder (id uuid primary key, owner text, name text unique,
			  keeper_id uuid references app.folder);
			create table app.note (id uuid primary key, owner text, title text check (title <> 'bad'), rank int,
			  folder_id uuid references app.folder on delete cascade deferrable initially deferred);
			create table app.other (id uuid primary key, note_id uuid references app.note
			  deferrable initially deferred);
			""";

	private TestEngine engine;

	private ServerWrites writes;

	private Device phone;

	private Device tablet;

	private TransactionTemplate transaction;

	private JdbcClient jdbc;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, "app.folder(owner)", "app.note(owner)+", "app.news!");
		this.writes = ((SyncEngine) this.engine.service()).serverWrites(new UploadLimits(1_000_000, 1000, 10));
		this.phone = this.engine.device("ann/phone");
		this.tablet = this.engine.device("ann/tablet");
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.engine.engineDataSource()));
		this.jdbc = JdbcClient.create(this.engine.engineDataSource());
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private static String entry(DownloadedChange change) {
		return change.op() + " " + change.table().table() + " " + change.pk().getLeastSignificantBits() + " v"
				+ change.serverVersion() + " by " + change.sourceId()
				+ ((change.payload() != null) ? " " + change.payload().text() : "");
	}

	private List<String> entries() {
		return this.tablet.stream().stream().map(DirectWritesIntegrationTests::entry).toList();
	}

	private <T> T inTransaction(Supplier<T> work) {
		return this.transaction.execute((status) -> work.get());
	}

	private Result news(String json) {
		return this.writes.upsert("ann", "app.news", A, json);
	}

	@Test
	void aRowWithoutABusinessTableIsInsertedUpdatedDeletedAndRevived() {
		assertThat(inTransaction(() -> news("{ \"a\":1.0 }"))).isEqualTo(new Result(1, true));
		assertThat(news(" {\"a\":2}\n")).isEqualTo(new Result(2, true));
		assertThat(this.writes.delete("ann", "app.news", A)).isEqualTo(new Result(3, true));
		assertThat(news("{\"a\":2}")).isEqualTo(new Result(4, true));
		assertThat(entries()).containsExactly("INSERT news 10 v1 by server { \"a\":1.0 }",
				"UPDATE news 10 v2 by server {\"a\":2}", "DELETE news 10 v3 by server",
				"INSERT news 10 v4 by server {\"a\":2}");
		assertThat(this.engine.device("bob/phone").stream()).isEmpty();
	}

	@Test
	void whatIsSoAlreadyIsNoChange() {
		assertThat(this.writes.delete("ann", "app.news", A)).isEqualTo(new Result(0, false));
		news("{\"a\":1,\"b\":[2]}");
		assertThat(news("{\"b\": [2.0], \"a\": 1}")).isEqualTo(new Result(1, false));
		this.writes.delete("ann", "app.news", A);
		assertThat(this.writes.delete("ann", "app.news", A)).isEqualTo(new Result(2, false));
		assertThat(this.writes.write("ann", List.of())).isEmpty();
		assertThat(entries()).hasSize(2);
	}

	@Test
	void aRowWithABusinessTableIsWrittenThereToo() {
		this.writes.upsert("ann", "app.note", A, "{\"id\":\"" + A + "\",\"owner\":\"ann\",\"title\":\"one\"}");
		assertThat(this.engine.query("select title || ' of ' || owner from app.note")).containsExactly("one of ann");
		assertThat(this.phone.upsert("app.note", A, 0, "{\"title\":\"phone\"}").upload()).containsExactly("conflict 1");
		assertThat(this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}").upload()).containsExactly("applied 2");
		assertThat(this.writes.upsert("ann", "app.note", A, "{\"title\":\"two\"}")).isEqualTo(new Result(3, true));
		assertThat(this.writes.delete("ann", "app.note", A)).isEqualTo(new Result(4, true));
		assertThat(this.engine.query("select title from app.note")).isEmpty();
		assertThat(this.writes.upsert("ann", "app.note", A, "{\"title\":\"back\"}")).isEqualTo(new Result(5, true));
		assertThat(this.engine.query("select title from app.note")).containsExactly("back");
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
		assertThat(entries()).hasSize(5);
	}

	@Test
	void severalRowsOfAUserComeParentsFirstAndGoChildrenFirst() {
		String inFolder = "{\"title\":\"x\",\"folder_id\":\"" + B + "\"}";
		assertThat(this.writes.write("ann",
				List.of(Write.upsert("app.note", A, inFolder), Write.upsert("app.folder", B, "{\"name\":\"f\"}"),
						Write.delete("app.news", C), Write.upsert("app.note", A, inFolder),
						Write.upsert("app.note", A, inFolder.replace("x", "y")))))
			.containsExactly(new Result(1, true), new Result(1, true), new Result(0, false), new Result(2, false),
					new Result(2, true));
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.containsExactly("INSERT folder 11", "INSERT note 10", "UPDATE note 10");
		assertThat(this.writes.delete("ann", "app.folder", B)).isEqualTo(new Result(2, true));
		assertThat(entries()).endsWith("DELETE note 10 v3 by server", "DELETE folder 11 v2 by server");
		assertThat(this.engine.query("select title from app.note")).isEmpty();
	}

	@Test
	void aDeleteOfARowThatOthersNeedIsRefusedAndRestoresNothing() {
		this.writes.upsert("ann", "app.folder", A, "{\"name\":\"a\"}");
		this.writes.upsert("ann", "app.folder", B, "{\"name\":\"b\",\"keeper_id\":\"" + A + "\"}");
		assertThatExceptionOfType(RefusedWriteException.class)
			.isThrownBy(() -> this.writes.delete("ann", "app.folder", A))
			.withMessageContaining("other rows refer to it")
			.withMessageContaining("app.folder:" + B)
			.satisfies((ex) -> assertThat(ex.key()).isEqualTo(A));
		assertThat(entries()).hasSize(2);
	}

	@Test
	void aRowWhoseParentIsMissingIsRefused() {
		assertThatExceptionOfType(RefusedWriteException.class)
			.isThrownBy(() -> this.writes.upsert("ann", "app.note", A, "{\"folder_id\":\"" + B + "\"}"))
			.withMessageContaining("refers to rows that this user does not have: app.folder:" + B);
		this.writes.upsert("bob", "app.folder", B, "{\"name\":\"his\"}");
		assertThatExceptionOfType(RefusedWriteException.class)
			.isThrownBy(() -> this.writes.upsert("ann", "app.note", A, "{\"folder_id\":\"" + B + "\"}"));
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRowThatItsTableRefusesLeavesNothingBehindInATransactionThatGoesOn() {
		inTransaction(() -> {
			this.writes.upsert("ann", "app.note", B, "{\"title\":\"good\"}");
			assertThatExceptionOfType(RefusedWriteException.class)
				.isThrownBy(() -> this.writes.upsert("ann", "app.note", A, "{\"title\":\"bad\"}"))
				.withMessageContaining("app.note")
				.withMessageContaining("note_title_check");
			assertThatExceptionOfType(RefusedWriteException.class)
				.isThrownBy(() -> this.writes.upsert("ann", "app.note", A, "{\"rank\":\"high\"}"));
			return this.writes.upsert("ann", "app.note", C, "{\"title\":\"too\"}");
		});
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.containsExactly("INSERT note 11", "INSERT note 12");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aRowOfAnotherUserIsRefused() {
		this.writes.upsert("bob", "app.note", A, "{\"title\":\"his\"}");
		assertThatExceptionOfType(RefusedWriteException.class)
			.isThrownBy(() -> this.writes.upsert("ann", "app.note", A, "{\"title\":\"mine\"}"));
		assertThat(this.engine.query("select title from app.note")).containsExactly("his");
		assertThat(entries()).isEmpty();
	}

	@Test
	void aRollbackLeavesNothing() {
		this.transaction.executeWithoutResult((status) -> {
			this.writes.upsert("ann", "app.note", A, "{\"title\":\"one\"}");
			news("{}");
			status.setRollbackOnly();
		});
		assertThat(this.engine.query("select user_id from sync.stream")).isEmpty();
		assertThat(this.engine.query("select title from app.note")).isEmpty();
		assertThat(entries()).isEmpty();
	}

	@Test
	void devicesSeeNothingBeforeTheCommit() {
		inTransaction(() -> {
			news("{}");
			assertThat(entries()).isEmpty();
			return true;
		});
		assertThat(entries()).hasSize(1);
	}

	@Test
	void whatTheTransactionHasWrittenBySqlComesFirst() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"rank\":1}").upload();
		inTransaction(() -> {
			this.jdbc.sql("update app.note set rank = 2").update();
			return this.writes.upsert("ann", "app.note", A, "{\"title\":\"two\",\"rank\":2}");
		});
		assertThat(entries()).containsExactly("UPDATE note 10 v1 by phone {\"title\":\"one\",\"rank\":1}",
				"UPDATE note 10 v2 by server {\"title\":\"one\",\"rank\":2}",
				"UPDATE note 10 v3 by server {\"title\":\"two\",\"rank\":2}");
		inTransaction(() -> {
			this.jdbc.sql("update app.note set rank = 3").update();
			return this.writes.upsert("ann", "app.note", A, "{\"title\":\"two\",\"rank\":3}");
		});
		assertThat(entries()).as("the same in both ways").hasSize(4);
		inTransaction(() -> {
			this.writes.upsert("ann", "app.note", A, "{\"title\":\"two\",\"rank\":4}");
			return this.jdbc.sql("update app.note set rank = 5").update();
		});
		assertThat(entries()).hasSize(6).last().asString().contains("\"rank\":5");
	}

	@Test
	void aChildThatTheTransactionHasWrittenGoesWithItsParent() {
		this.writes.upsert("ann", "app.folder", B, "{\"name\":\"f\"}");
		inTransaction(() -> {
			this.jdbc.sql("insert into app.note values (?, 'ann', 'mine', 1, ?)").params(A, B).update();
			return this.writes.delete("ann", "app.folder", B);
		});
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.containsExactly("INSERT folder 11", "INSERT note 10", "DELETE note 10", "DELETE folder 11");
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	void settingsOfTheTransactionAndDeferredConstraintsAreAsBefore() {
		inTransaction(() -> {
			this.jdbc.sql("set enable_seqscan = off").update();
			this.jdbc.sql("set local statement_timeout = '17s'").update();
			this.jdbc.sql("set local lock_timeout = '13s'").update();
			this.writes.upsert("ann", "app.note", A, "{\"title\":\"one\",\"rank\":7}");
			for (String name : List.of("statement_timeout 17s", "lock_timeout 13s", "enable_seqscan off",
					"plan_cache_mode auto", "enable_sort on")) {
				String[] setting = name.split(" ");
				assertThat(this.jdbc.sql("show " + setting[0]).query(String.class).single()).as(name)
					.isEqualTo(setting[1]);
			}
			this.jdbc.sql("insert into app.other values (?, ?)").params(C, B).update();
			this.jdbc.sql("update app.note set rank = 8").update();
			return this.jdbc.sql("insert into app.note values (?, 'ann', 'later', 1, null)").param(B).update();
		});
		assertThat(entries()).as("the trigger noted what came later").hasSize(3);
	}

	@Test
	void anUploadWaitsForTheTransactionAndMeetsItAsAConflict() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<List<String>> upload = inTransaction(() -> {
				this.writes.upsert("ann", "app.note", A, "{\"title\":\"app\"}");
				this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}");
				Future<List<String>> started = thread.submit(this.phone::upload);
				awaitLock();
				return started;
			});
			assertThat(upload.get()).containsExactly("conflict 2");
		}
		finally {
			thread.shutdown();
		}
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
	}

	private void awaitLock() {
		Awaitility.await()
			.until(() -> !this.engine.query(
					"select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
				.isEmpty());
	}

	@Test
	void twoThreadsAndADeviceWriteOneRowInSomeOrder() throws Exception {
		int rounds = 40;
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			List<Future<Integer>> applications = List.of(threads.submit(() -> writeMany("a", rounds)),
					threads.submit(() -> writeMany("b", rounds)));
			int applied = 0;
			while (!applications.stream().allMatch(Future::isDone)) {
				long version = this.tablet.stream().stream().mapToLong(DownloadedChange::serverVersion).max().orElse(0);
				this.phone.upsert("app.note", A, version, "{\"title\":\"phone " + applied + "\"}");
				boolean done = this.phone.sendUntilAnswered().statuses().get(0).toString().startsWith("Applied");
				applied += done ? 1 : 0;
			}
			int written = applications.get(0).get() + applications.get(1).get();
			List<DownloadedChange> stream = this.tablet.stream();
			assertThat(stream).hasSize(written + applied);
			assertThat(stream).extracting(DownloadedChange::serverVersion).doesNotHaveDuplicates().isSorted();
			assertThat(stream.get(stream.size() - 1).payload().text())
				.contains(this.engine.query("select title from app.note").get(0));
		}
		finally {
			threads.shutdown();
		}
	}

	private int writeMany(String name, int rounds) {
		int written = 0;
		for (int i = 0; i < rounds; i++) {
			String json = "{\"title\":\"" + name + " " + i + "\"}";
			try {
				written += inTransaction(() -> this.writes.upsert("ann", "app.note", A, json)).changed() ? 1 : 0;
			}
			catch (ConcurrencyFailureException ex) {
				// the lock was held for too long
			}
		}
		return written;
	}

	@Test
	void aTransactionOfItsOwnIsTriedAgainAndOneOfTheCallerIsNot() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"rank\":0}").upload();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			for (boolean joined : List.of(true, false)) {
				Future<Result> write = inTransaction(() -> {
					this.jdbc.sql("update app.note set rank = coalesce(rank, 0) + 1").update();
					Supplier<Result> upsert = () -> this.writes.upsert("ann", "app.note", A,
							"{\"title\":\"" + joined + "\"}");
					Future<Result> started = thread.submit(() -> joined ? inTransaction(upsert) : upsert.get());
					awaitLock();
					return started;
				});
				if (joined) {
					assertThat(write).failsWithin(Duration.ofSeconds(30))
						.withThrowableThat()
						.withCauseInstanceOf(ConcurrencyFailureException.class);
				}
				else {
					assertThat(write.get().changed()).isTrue();
				}
			}
		}
		finally {
			thread.shutdown();
		}
		assertThat(entries()).extracting((entry) -> entry.replaceAll(".*title\":\"|\".*", ""))
			.containsExactly("one", "one", "false");
	}

	@ParameterizedTest
	@ValueSource(
			ints = { TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void otherIsolationLevelsAreRefused(int level) {
		this.transaction.setIsolationLevel(level);
		inTransaction(() -> {
			assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> news("{}"))
				.withMessageContaining("isolation level")
				.withMessageContaining("READ COMMITTED");
			return true;
		});
		assertThat(entries()).isEmpty();
	}

	@Test
	void transactionsThatAreReadOnlyOrOfAnotherDataSourceAreRefused() {
		this.transaction.setReadOnly(true);
		inTransaction(() -> {
			assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> news("{}"))
				.withMessageContaining("read-only");
			return true;
		});
		new TransactionTemplate(new JdbcTransactionManager(this.engine.dataSource()))
			.executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> news("{}"))
				.withMessageContaining("not one of Oversync's DataSource"));
		assertThat(entries()).isEmpty();
	}

	@Test
	void whatCanNeverBeWrittenIsRefusedWithTheReason() {
		assertRefused("app.unknown", "{}", "not registered for sync");
		assertRefused("app.unknown; drop", "{}", "is not a table name");
		assertRefused("app.news", "[1]", "must be a JSON object");
		assertRefused("app.news", "null", "must be a JSON object");
		assertRefused("app.news", "{\"a\":", "not valid JSON");
		assertRefused("app.news", "", "no JSON");
		assertRefused("app.news", "{} {}", "more behind the JSON value");
		assertRefused("app.news", "{\"a\":\"" + "x".repeat(1000) + "\"}", "larger than the server accepts");
		assertRefused("app.news", "{\"a\":" + "[".repeat(11) + "]".repeat(11) + "}", "nested deeper");
		assertRefused("app.news", "{\"a\":\"\\u0000\"}", "NUL or half of a surrogate pair");
		assertRefused("app.news", "{\"a\":\"\uD83D\"}", "NUL or half of a surrogate pair");
		assertRefused("app.note", "{\"id\":\"" + B + "\"}", "another key");
		assertRefused("app.note", "{\"owner\":\"bob\"}", "another owner");
		assertRefused("app.note", "{\"folder_id\":7}", "must be a UUID or null");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.writes.delete("", "app.news", A))
			.withMessageContaining("The user id is empty");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.writes.upsert("ann", "app.news", A, null));
		assertThat(entries()).isEmpty();
	}

	private void assertRefused(String table, String json, String reason) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.writes.upsert("ann", table, A, json))
			.withMessageContaining(reason);
	}

	@Test
	void aTableThatWasAlteredIsReadAgain() {
		inTransaction(() -> this.writes.upsert("ann", "app.note", A, "{\"title\":\"one\",\"colour\":\"red\"}"));
		this.engine.execute("alter table app.note add colour text");
		inTransaction(() -> this.writes.upsert("ann", "app.note", B, "{\"title\":\"two\",\"colour\":\"blue\"}"));
		assertThat(this.engine.query("select colour from app.note order by id")).containsExactly(null, "blue");
		assertThat(entries()).hasSize(2);
	}

	@Test
	void aRowWhoseFailureWasRecordedIsWrittenAgainByTheSamePayload() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"bad\"}").upload();
		assertThat(this.phone.failures()).hasSize(1);
		this.engine.execute("alter table app.note drop constraint note_title_check");
		assertThat(this.writes.upsert("ann", "app.note", A, "{\"title\":\"bad\"}")).isEqualTo(new Result(2, true));
		assertThat(this.phone.failures()).isEmpty();
		assertThat(this.engine.query("select title from app.note")).containsExactly("bad");
	}

	@Test
	void aHandlerMayWriteRowsOfItsUser() {
		NewsHandler handler = new NewsHandler();
		try (TestEngine other = TestEngine.start(DDL, List.of(handler),
				new UploadSettings(0, false, Duration.ofSeconds(3)), "app.folder(owner)", "app.note(owner)+",
				"app.news!")) {
			handler.writes = ((SyncEngine) other.service()).serverWrites(new UploadLimits(1000, 1000, 10));
			Device device = other.device("ann/phone");
			assertThat(device.upsert("app.folder", A, 0, "{}").upsert("app.folder", B, 0, "{}").upload())
				.containsExactly("applied 1", "applied 1");
			assertThat(device.upsert("app.note", C, 0, "{\"title\":\"next\"}").upload()).containsExactly("applied 1");
			assertThat(device.history()).containsExactly("UPDATE folder 1 by phone", "UPDATE folder 1 by phone",
					"INSERT news 1 by server", "INSERT news 1 by server", "UPDATE note 1 by phone");
		}
	}

	/** Writes news instead of folders. */
	private static final class NewsHandler implements MaterializationHandler {

		private ServerWrites writes;

		@Override
		public String table() {
			return "app.folder";
		}

		@Override
		public void upsert(MaterializedRow row) {
			this.writes.upsert(row.userId(), "app.news", row.pk(), "{}");
		}

		@Override
		public void delete(MaterializedRow row) {
		}

	}

}
