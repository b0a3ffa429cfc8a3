/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the application itself writes reaches the streams, and no upload overwrites it
 * unseen.
 */
class ServerWritesIntegrationTests {

	private static final UUID A = new UUID(0, 10);

	private static final UUID B = new UUID(0, 11);

	private static final UUID C = new UUID(0, 12);

	private static final String DDL = """
			create schema app;
			create table app.folder (id uuid primary key, owner text, name text, parent_id uuid references app.folder);
			create table app.note (id uuid primary key, owner text, folder_id uuid references app.folder on delete cascade,
			  title text, rank int);
			""";

	private TestEngine engine;

	private Device phone;

	private Device tablet;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, "app.folder(owner)+", "app.note(owner)+");
		this.phone = this.engine.device("ann/phone");
		this.tablet = this.engine.device("ann/tablet");
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
		return this.tablet.stream().stream().map(ServerWritesIntegrationTests::entry).toList();
	}

	@Test
	void anInsertAnUpdateAndADeleteReachTheStreamWithTheNextPoll() {
		this.engine.execute("insert into app.note values ('%s', 'ann', null, 'one', 1)".formatted(A));
		assertThat(entries()).hasSize(1).first().asString().startsWith("INSERT note 10 v1 by server").contains("one");
		this.engine.execute("update app.note set title = 'two' where id = '%s'".formatted(A));
		assertThat(entries()).hasSize(2).last().asString().startsWith("UPDATE note 10 v2 by server").contains("two");
		this.engine.execute("delete from app.note where id = '%s'".formatted(A));
		assertThat(entries()).hasSize(3).last().isEqualTo("DELETE note 10 v3 by server");
		assertThat(entries()).as("an idle poll").hasSize(3);
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	void membersThatTheApplicationLeftAloneStayByteForByte() {
		this.phone.upsert("app.note", A, 0, "{ \"rank\" : 1.0e0, \"other\":[1 ,2], \"title\":\"one\" }").upload();
		this.engine.execute("update app.note set title = 'two' where id = '%s'".formatted(A));
		assertThat(entries()).last()
			.isEqualTo("UPDATE note 10 v2 by server { \"rank\" : 1.0e0, \"other\":[1 ,2], \"title\":\"two\" }");
	}

	@Test
	void aColumnThatTheDeviceWhichSentTheRowDoesNotHaveReachesOthers() {
		this.tablet.upsert("app.note", B, 0, "{\"title\":\"other\",\"rank\":7}").upload();
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("update app.note set rank = 3 where id = '%s'".formatted(A));
		assertThat(entries()).last().isEqualTo("UPDATE note 10 v2 by server {\"title\":\"one\",\"rank\":3}");
		this.phone.upsert("app.note", A, 2, "{\"title\":\"two\"}").upload();
		this.engine.execute("update app.note set rank = null where id = '%s'".formatted(A));
		assertThat(entries()).last().isEqualTo("UPDATE note 10 v4 by server {\"title\":\"two\",\"rank\":null}");
	}

	@Test
	void aColumnThatNoDeviceOfTheUserHasStaysOnTheServer() {
		this.engine.device("bob/phone").upsert("app.note", B, 0, "{\"title\":\"other\",\"rank\":7}").upload();
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("update app.note set rank = 3 where id = '%s'".formatted(A));
		assertThat(entries()).hasSize(1);
		this.engine.execute("update app.note set title = 'two', rank = 4 where id = '%s'".formatted(A));
		assertThat(entries()).last().isEqualTo("UPDATE note 10 v2 by server {\"title\":\"two\"}");
	}

	@Test
	void whatTheApplicationHasWrittenIntoAColumnComesWithTheFirstDeviceThatHasIt() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}")
			.upsert("app.note", C, 0, "{\"title\":\"three\"}")
			.upload();
		this.engine.execute("update app.note set rank = 3 where id = '%s'".formatted(A));
		assertThat(entries()).hasSize(2);
		this.tablet.upsert("app.note", B, 0, "{\"title\":\"two\",\"rank\":2}").upload();
		assertThat(entries()).as("not the row that has no value there")
			.hasSize(4)
			.last()
			.isEqualTo("UPDATE note 10 v2 by server {\"title\":\"one\",\"rank\":3}");
		assertThat(entries()).as("at rest").hasSize(4);
	}

	@Test
	void anUploadOfARowThatTheApplicationHasWrittenIsAConflict() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("update app.note set title = 'app' where id = '%s'".formatted(A));
		assertThat(this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}").upload()).containsExactly("conflict 2");
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
		assertThat(this.phone.upsert("app.note", A, 2, "{\"title\":\"phone\"}").upload()).containsExactly("applied 3");
		assertThat(this.engine.query("select title from app.note")).containsExactly("phone");
	}

	@Test
	void aRowOfTheApplicationThatADeviceInsertsTooIsAConflict() {
		this.engine.execute("insert into app.note values ('%s', 'ann', null, 'app', 1)".formatted(A));
		assertThat(this.phone.upsert("app.note", A, 0, "{\"title\":\"phone\"}").upload()).containsExactly("conflict 1");
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
	}

	@Test
	void aDeletedRowIsAConflictForAnUpdate() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("delete from app.note");
		assertThat(this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}").upload()).containsExactly("conflict 2");
		assertThat(this.engine.query("select title from app.note")).isEmpty();
	}

	@Test
	void anUploadThatDeletesAParentAbsorbsItsChildrenFirst() {
		this.phone.upsert("app.folder", B, 0, "{\"name\":\"folder\"}")
			.upsert("app.note", A, 0, "{\"title\":\"one\",\"folder_id\":\"" + B + "\"}")
			.upload();
		this.engine.execute("update app.note set title = 'app'");
		assertThat(this.phone.delete("app.folder", B, 1).upload()).containsExactly("applied 2");
		assertThat(entries()).extracting((entry) -> entry.replaceAll(" \\{.*", ""))
			.endsWith("UPDATE note 10 v2 by server", "DELETE note 10 v3 by server", "DELETE folder 11 v2 by phone");
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	void aTransactionThatCommitsDuringAnUploadIsSeen() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "update app.note set title = 'app' where id = '%s'".formatted(A));
			this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}");
			Future<List<String>> upload = thread.submit(this.phone::upload);
			awaitLock();
			application.commit();
			assertThat(upload.get()).containsExactly("conflict 2");
		}
		finally {
			thread.shutdown();
		}
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
		assertThat(entries()).hasSize(2).last().asString().contains("app");
	}

	@Test
	void aDeleteOfARowThatTheApplicationBeginsToReferToIsRefused() throws Exception {
		this.phone.upsert("app.folder", A, 0, "{\"name\":\"parent\"}").upload();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "insert into app.folder values ('%s', 'ann', 'child', '%s')".formatted(B, A));
			this.phone.delete("app.folder", A, 1);
			Future<List<String>> upload = thread.submit(this.phone::upload);
			Awaitility.await()
				.until(() -> !this.engine.query(
						"select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
					.isEmpty());
			application.commit();
			assertThat(upload.get()).containsExactly("StillReferenced");
		}
		finally {
			thread.shutdown();
		}
		assertThat(this.phone.failures()).isEmpty();
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" {")))
			.containsExactly("UPDATE folder 10 v1 by phone", "INSERT folder 11 v1 by server",
					"UPDATE folder 10 v2 by server");
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Test
	void rowsThatExistWhenADeviceComesFirstAreAdoptedParentsFirst() {
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'parent', null), ('%s', 'ann', 'child', '%s')"
			.formatted(B, A, B));
		this.engine.execute("insert into app.note values ('%s', 'ann', '%s', 'in it', 1), ('%s', 'bob', '%s', 'his', 1)"
			.formatted(A, A, B, B));
		this.engine.execute("truncate sync.captured_row");
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.containsExactly("INSERT folder 11", "INSERT folder 10", "INSERT note 10");
		assertThat(this.engine.device("bob/phone").stream()).hasSize(1);
		assertThat(entries()).hasSize(3);
	}

	@Test
	void anUploadAdoptsTheRowsThatItTouches() {
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'folder', null)".formatted(B));
		this.engine.execute("insert into app.note values ('%s', 'ann', '%s', 'app', 1)".formatted(A, B));
		this.engine.execute("truncate sync.captured_row");
		assertThat(this.phone.upsert("app.note", A, 0, "{\"title\":\"phone\"}")
			.upsert("app.note", C, 0, "{\"folder_id\":\"" + B + "\"}")
			.upload()).containsExactly("conflict 1", "applied 1");
		assertThat(this.phone.history()).containsExactly("INSERT folder 1 by server", "INSERT note 1 by server",
				"UPDATE note 1 by phone");
	}

	@Test
	void whatIsInTheStreamAlreadyIsNotAdoptedAgain() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"rank\":7}").upload();
		this.engine.execute("update sync.stream set adopted = '{}'");
		assertThat(entries()).hasSize(1);
		this.engine.execute("update sync.stream set adopted = '{}'");
		this.engine.execute("delete from app.note");
		this.engine.execute("truncate sync.captured_row");
		assertThat(entries()).last().isEqualTo("DELETE note 10 v2 by server");
	}

	@Test
	void aRowThatChangesItsOwnerLeavesOneStreamAndComesToTheOther() {
		this.engine.execute("insert into app.note values ('%s', 'ann', null, 'one', 1)".formatted(A));
		assertThat(entries()).hasSize(1);
		this.engine.execute("update app.note set owner = 'bob'");
		assertThat(entries()).last().isEqualTo("DELETE note 10 v2 by server");
		assertThat(this.engine.device("bob/phone").history()).containsExactly("INSERT note 1 by server");
		this.engine.execute("update app.note set owner = null");
		assertThat(this.engine.device("bob/phone").history()).last().isEqualTo("DELETE note 2 by server");
		this.engine.execute("update app.note set owner = 'ann'");
		assertThat(entries()).last().asString().startsWith("INSERT note 10 v3 by server");
	}

	@Test
	void deletesComeChildrenFirstInWhateverOrderRowsWereWritten() {
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'parent', null), ('%s', 'ann', 'child', '%s')"
			.formatted(B, A, B));
		this.engine.execute("insert into app.note values ('%s', 'ann', '%s', 'in it', 1)".formatted(A, A));
		assertThat(entries()).hasSize(3);
		this.engine.execute("update app.folder set name = 'soon gone' where id = '%s'".formatted(B));
		this.engine.execute("delete from app.folder where id = '%s'".formatted(A));
		this.engine.execute("delete from app.folder where id = '%s'".formatted(B));
		assertThat(entries()).extracting((entry) -> entry.substring(0, entry.indexOf(" v")))
			.endsWith("DELETE note 10", "DELETE folder 10", "DELETE folder 11");
	}

	@Test
	void aParentJoinsItsChildHoweverManyRowsWaitBetweenThem() {
		assertThat(entries()).isEmpty();
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'folder', null)".formatted(A));
		this.engine.execute(
				"""
						insert into app.note select gen_random_uuid(), 'ann', '%s', 'n' || n, n from generate_series(1, 2500) n"""
					.formatted(A));
		this.engine.execute(
				"""
						with folder as (delete from sync.captured_row where pks = array['%s'::uuid] returning owner, table_id, pks)
						insert into sync.captured_row (owner, table_id, pks) select owner, table_id, pks from folder"""
					.formatted(A));
		List<String> all = entries();
		assertThat(all).hasSize(2501).first().asString().startsWith("INSERT folder 10");
	}

	@Test
	void anUpdateThatIsRolledBackIsNotSeen() throws SQLException {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "update app.note set title = 'app'");
			assertThat(entries()).as("not yet committed").hasSize(1);
			application.rollback();
		}
		assertThat(entries()).hasSize(1);
	}

	@Test
	void whatADeviceWroteIsNoWriteOfTheApplication() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.phone.upsert("app.note", A, 1, "{\"title\":\"two\"}").upload();
		this.phone.delete("app.note", A, 2).upload();
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
		assertThat(this.phone.history()).hasSize(3).noneMatch((entry) -> entry.contains("server"));
	}

	@Test
	void aRowOfWhichTheTableRefusedAnEditIsTakenFromTheTableOnceTheApplicationWritesIt() {
		this.engine.execute("alter table app.note add constraint short check (length(title) < 5)");
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\",\"rank\":1}").upload();
		this.phone.upsert("app.note", A, 1, "{\"title\":\"too long\",\"rank\":1}").upload();
		assertThat(this.phone.failures()).hasSize(1);
		this.engine.execute("update sync.stream set adopted = '{}'");
		assertThat(entries()).as("adoption leaves it alone").hasSize(2);
		this.engine.execute("update app.note set rank = 2");
		assertThat(entries()).hasSize(3).last().asString().contains("\"title\":\"one\"");
		assertThat(this.phone.failures()).isEmpty();
	}

	@Test
	void aRetryDoesNotOverwriteWhatTheApplicationHasWrittenSince() {
		this.engine.execute("alter table app.note add constraint short check (length(title) < 5)");
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.phone.upsert("app.note", A, 1, "{\"title\":\"too long\"}").upload();
		long failure = this.engine.failuresOf(this.phone.actor()).get(0).id();
		this.engine.execute("alter table app.note drop constraint short");
		this.engine.execute("update app.note set title = 'app'");
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.engine.service().retryMaterializeFailure(this.phone.actor(), failure))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.NOT_FOUND));
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
		assertThat(entries()).last().asString().contains("app");
	}

	@Test
	void rowsThatAreWrittenAgainAreThoseOfTheApplicationWhereItHasWritten() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}")
			.upsert("app.note", B, 0, "{\"title\":\"b\"}")
			.upload();
		this.engine.execute("update app.note set title = 'app' where id = '%s'".formatted(A));
		this.engine.execute("delete from app.note where id = '%s'".formatted(B));
		((SyncEngine) this.engine.service())
			.rematerialize(new Rematerialization.Request(TableName.parse("app.note"), "ann", false));
		assertThat(this.engine.query("select title from app.note")).containsExactly("app");
	}

	@Test
	void theWorkerAbsorbsWhatNoDeviceAsksFor() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("update app.note set title = 'app'");
		this.engine.execute("insert into app.note values ('%s', 'bob', null, 'his', 1)".formatted(B));
		this.engine.execute("insert into app.note values ('%s', E'\\x01', null, 'no user', 1)".formatted(C));
		SyncEngine worker = (SyncEngine) this.engine.service();
		assertThat(worker.absorbWaiting()).isEqualTo(3);
		assertThat(worker.absorbWaiting()).isZero();
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
		assertThat(this.engine.query("select max(server_id)::text from sync.change")).containsExactly("2");
		assertThat(this.engine.device("bob/phone").history()).containsExactly("INSERT note 1 by server");
	}

	@Test
	void whatNoTriggerHasSeenIsFoundOnceTheGenerationIsRaised() {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		this.engine.execute("alter table app.note disable trigger user");
		this.engine.execute("update app.note set title = 'app'");
		this.engine.execute("alter table app.note enable trigger user");
		assertThat(entries()).hasSize(1);
		this.engine.execute("update sync.synced_table set capture_generation = capture_generation + 1");
		((SyncEngine) this.engine.service()).absorbWaiting();
		assertThat(entries()).hasSize(2).last().asString().contains("app");
	}

	@Test
	void anUploadTakesOnlyItsRowsOutOfAStatementOfMany() {
		this.engine.execute("insert into app.note select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid,"
				+ " 'ann', null, 'n' || n, n from generate_series(1, 700) n");
		assertThat(entries()).hasSize(700);
		this.engine.execute("update app.note set title = 'app'");
		UUID row = UUID.fromString("00000000-0000-0000-0000-000000000600");
		assertThat(this.phone.upsert("app.note", row, 1, "{\"title\":\"phone\"}").upload())
			.containsExactly("conflict 2");
		assertThat(this.engine.query("select count(*)::text from sync.change where version = 2")).containsExactly("1");
		assertThat(this.engine.query("select sum(cardinality(pks))::text from sync.captured_row"))
			.containsExactly("699");
		assertThat(entries()).hasSize(1400);
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	/** Both wait for the lock of the stream, the other node first. */
	@Test
	void aPollHasWhatAnotherNodeAbsorbsMeanwhile() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (TestEngine other = this.engine.restart("app.folder(owner)+", "app.note(owner)+");
				Connection holder = DriverManager.getConnection(this.engine.jdbcUrl())) {
			holder.setAutoCommit(false);
			execute(holder, "update sync.stream set user_id = user_id");
			this.engine.execute("update app.note set title = 'app'");
			Future<List<?>> first = threads.submit(() -> other.device("ann/tablet").stream());
			awaitWaiting(1);
			Future<List<String>> poll = threads.submit(this::entries);
			awaitWaiting(2);
			holder.commit();
			assertThat(poll.get()).hasSize(2).last().asString().contains("app");
			assertThat(first.get()).hasSize(2);
		}
		finally {
			threads.shutdown();
		}
	}

	private void awaitWaiting(int sessions) {
		Awaitility.await()
			.until(() -> this.engine.query(
					"select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
				.size() == sessions);
	}

	@Test
	void theApplicationDoesNotWaitForAnUploadThatHoldsItsLock() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}").upload();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection holder = DriverManager.getConnection(this.engine.jdbcUrl());
				Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			holder.setAutoCommit(false);
			execute(holder, "select from app.note for update");
			this.phone.upsert("app.note", A, 1, "{\"title\":\"phone\"}");
			Future<List<String>> upload = thread.submit(this.phone::upload);
			awaitLock();
			execute(application, "set lock_timeout = '1ms'");
			execute(application, "insert into app.note values ('%s', 'ann', null, 'app', 1)".formatted(B));
			execute(application, "update app.note set rank = 2 where id = '%s'".formatted(B));
			execute(application, "delete from app.note where id = '%s'".formatted(B));
			execute(application, "insert into app.folder values ('%s', 'ann', 'app', null)".formatted(B));
			assertThat(upload.isDone()).isFalse();
			holder.commit();
			assertThat(upload.get()).containsExactly("applied 2");
		}
		finally {
			thread.shutdown();
		}
		assertThat(entries()).hasSize(3).last().asString().startsWith("INSERT folder 11");
	}

	@Test
	void theApplicationDoesNotWaitForADownloadInTheMiddle() throws Exception {
		this.engine.execute("insert into app.note select gen_random_uuid(), 'ann', null, 'n', n"
				+ " from generate_series(1, 100) n");
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			execute(application, "set lock_timeout = '1ms'");
			List<Long> versions = new ArrayList<>();
			this.engine.service()
				.download(this.phone.actor(), new DownloadRequest(0, 1000, null, false, 0), (change) -> {
					if (versions.isEmpty()) {
						update(application);
					}
					versions.add(change.serverVersion());
				});
			assertThat(versions).hasSize(100).containsOnly(1L);
		}
		assertThat(entries()).hasSize(200);
	}

	private static void update(Connection application) {
		try {
			execute(application, "update app.note set title = 'changed'");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** It has read a table already, and its stream is not visible yet. */
	@Test
	void whatTheApplicationWritesWhileAUsersFirstDeviceAdoptsIsNotForgotten() throws Exception {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "lock table app.note in access exclusive mode");
			this.phone.upsert("app.note", A, 0, "{\"title\":\"one\"}");
			Future<List<String>> upload = thread.submit(this.phone::upload);
			awaitLock();
			this.engine.execute("insert into app.folder values ('%s', 'ann', 'folder', null)".formatted(B));
			((SyncEngine) this.engine.service()).absorbWaiting();
			application.commit();
			assertThat(upload.get()).containsExactly("applied 1");
		}
		finally {
			thread.shutdown();
		}
		assertThat(entries()).extracting((entry) -> entry.replaceAll(" v1 .*", ""))
			.containsExactlyInAnyOrder("UPDATE note 10", "INSERT folder 11");
	}

	private void awaitLock() {
		Awaitility.await()
			.until(() -> !this.engine.query(
					"select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
				.isEmpty());
	}

	@Test
	void usersWriteOnWhileTheApplicationDoes() throws Exception {
		this.phone.upsert("app.note", A, 0, "{\"title\":\"0\"}").upload();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			Future<?> application = threads.submit(() -> {
				for (int i = 0; i < 200; i++) {
					this.engine
						.execute("update app.note set rank = coalesce(rank, 0) + 1 where id = '%s'".formatted(A));
				}
			});
			List<String> applied = new ArrayList<>();
			long version = 1;
			while (!application.isDone()) {
				this.phone.upsert("app.note", A, version, "{\"title\":\"" + applied.size() + "\"}");
				String status = this.phone.sendUntilAnswered()
					.statuses()
					.stream()
					.map((answer) -> (answer instanceof ChangeStatus.Applied done)
							? "applied " + done.newServerVersion() : answer.toString())
					.findFirst()
					.orElseThrow();
				version = this.tablet.stream().stream().mapToLong(DownloadedChange::serverVersion).max().orElseThrow();
				if (status.startsWith("applied")) {
					applied.add(status);
				}
			}
			application.get();
			List<DownloadedChange> stream = this.tablet.stream();
			assertThat(stream).extracting(DownloadedChange::serverVersion).doesNotHaveDuplicates().isSorted();
			assertThat(this.engine.query("select rank::text from app.note")).containsExactly("200");
			assertThat(stream.get(stream.size() - 1).payload().text())
				.isEqualTo(this.tablet.stream().get(stream.size() - 1).payload().text());
		}
		finally {
			threads.shutdown();
		}
	}

	private List<String> order() {
		return entries().stream().map((entry) -> entry.substring(0, entry.indexOf(" v"))).toList();
	}

	/**
	 * A folder in another, with a note; then it moves to a third, and the second ends.
	 */
	private void moveAwayAndDelete() {
		this.engine.execute(
				"insert into app.folder values ('%s', 'ann', 'old', null), ('%s', 'ann', 'new', null)".formatted(A, B));
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'child', '%s')".formatted(C, A));
		this.engine.execute("insert into app.note values ('%s', 'ann', '%s', 'in it', 1)".formatted(A, A));
		assertThat(entries()).hasSize(4);
		this.engine.execute("update app.folder set parent_id = '%1$s' where id = '%2$s';".formatted(B, C)
				+ "update app.note set folder_id = null; delete from app.folder where id = '%s'".formatted(A));
	}

	@Test
	void rowsThatLeftTheirParentComeBeforeItsEndWhenADeviceEditsIt() {
		moveAwayAndDelete();
		assertThat(this.phone.upsert("app.folder", A, 1, "{\"name\":\"phone\"}").upload())
			.containsExactly("conflict 2");
		assertThat(order()).hasSize(7).last().isEqualTo("DELETE folder 10");
	}

	@Test
	void rowsThatLeftTheirParentComeBeforeItsEndWhenADeviceDeletesIt() {
		this.engine.execute(
				"insert into app.folder values ('%s', 'ann', 'old', null), ('%s', 'ann', 'new', null)".formatted(A, B));
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'child', '%s')".formatted(C, A));
		this.engine.execute("insert into app.note values ('%s', 'ann', '%s', 'in it', 1)".formatted(A, A));
		assertThat(entries()).hasSize(4);
		this.engine.execute(
				"update app.folder set parent_id = '%1$s' where id = '%2$s';".formatted(B, C) + "delete from app.note");
		assertThat(this.phone.delete("app.folder", A, 1).upload()).containsExactly("applied 2");
		assertThat(order()).hasSize(7).last().isEqualTo("DELETE folder 10");
	}

	@Test
	@Tag("prove")
	void aParentEndsAfterThousandsOfRowsThatMayReferToIt() {
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'old', null)".formatted(A));
		this.engine.execute("insert into app.note select gen_random_uuid(), 'ann', '%s', 'n', n".formatted(A)
				+ " from generate_series(1, 3000) n");
		assertThat(entries()).hasSize(3001);
		this.engine.execute("update app.note set folder_id = null; delete from app.folder");
		this.engine.execute("""
				with folder as (delete from sync.captured_row q using sync.synced_table t
				  where t.table_id = q.table_id and t.table_name = 'folder' returning q.owner, q.table_id, q.pks)
				insert into sync.captured_row (owner, capture_id, table_id, pks) overriding system value
				select owner, 0, table_id, pks from folder""");
		assertThat(order()).hasSize(6002).last().isEqualTo("DELETE folder 10");
	}

	@Test
	@Tag("prove")
	void thousandsOfRowsOfATableThatRefersToItselfEnd() {
		this.engine
			.execute("insert into app.folder select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid,"
					+ " 'ann', 'n', null from generate_series(1, 3000) n");
		assertThat(entries()).hasSize(3000);
		this.engine.execute("delete from app.folder");
		assertThat(entries()).hasSize(6000);
	}

	@Test
	@Tag("prove")
	void aTruncationThatDoesNotSeeAllRowsIsComparedLater() throws SQLException {
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			application.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			execute(application, "select 1");
			this.phone.upsert("app.note", A, 0, "{\"title\":\"late\"}").upload();
			execute(application, "truncate app.note");
			application.commit();
		}
		((SyncEngine) this.engine.service()).absorbWaiting();
		assertThat(order()).containsExactly("UPDATE note 10", "DELETE note 10");
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	void aRowWithoutARealOwnerIsNotNoted() {
		this.engine.execute("insert into app.note values ('%s', '', null, 'of no user', 1)".formatted(A));
		assertThat(this.engine.query("select owner from sync.captured_row")).isEmpty();
	}

	@Test
	@Tag("prove")
	void wideRowsComeAFewAtATime() {
		this.engine.execute("insert into app.note select gen_random_uuid(), 'ann', null, repeat('wide ', 700000), n"
				+ " from generate_series(1, 20) n");
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'small', null)".formatted(A));
		SyncEngine worker = (SyncEngine) this.engine.service();
		this.tablet.stream();
		Awaitility.await().until(() -> {
			worker.absorbWaiting();
			return this.engine.query("select owner from sync.captured_row").isEmpty();
		});
		assertThat(this.engine.query("select count(*)::text from sync.change")).containsExactly("21");
		assertThat(this.engine.query("select distinct xmin::text from sync.change")).as("transactions")
			.hasSizeGreaterThan(3);
	}

	@Test
	void aTableThatIsLockedHoldsNoOtherBack() throws SQLException {
		assertThat(entries()).isEmpty();
		this.engine.execute("insert into app.note values ('%s', 'ann', null, 'locked', 1)".formatted(A));
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'free', null)".formatted(B));
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "lock table app.note in access exclusive mode");
			assertThat(order()).containsExactly("INSERT folder 11");
			assertThat(this.engine.device("bob/phone").stream()).isEmpty();
			application.rollback();
		}
		Awaitility.await().until(() -> order().contains("INSERT note 10"));
	}

	@Test
	void aStreamThatTheApplicationHoldsLetsOtherUsersGoOn() throws SQLException {
		assertThat(entries()).isEmpty();
		assertThat(this.engine.device("bob/phone").stream()).isEmpty();
		this.engine.execute("insert into app.folder values ('%s', 'ann', 'of ann', null)".formatted(A));
		this.engine.execute("insert into app.folder values ('%s', 'bob', 'of bob', null)".formatted(B));
		try (Connection application = DriverManager.getConnection(this.engine.jdbcUrl())) {
			application.setAutoCommit(false);
			execute(application, "select from sync.stream where user_id = 'ann' for update");
			((SyncEngine) this.engine.service()).absorbWaiting();
			assertThat(this.engine.query("select owner from sync.captured_row")).containsExactly("ann");
			application.rollback();
		}
		assertThat(order()).containsExactly("INSERT folder 10");
		assertThat(this.engine.device("bob/phone").stream()).hasSize(1);
	}

	@Test
	void aTableOfNothingButKeyAndOwnerIsCaptured() {
		try (TestEngine small = TestEngine
			.start("create schema app; create table app.mark (id uuid primary key, owner text)", "app.mark(owner)+")) {
			small.execute("insert into app.mark values ('%s', 'ann')".formatted(A));
			assertThat(small.device("ann/phone").history()).containsExactly("INSERT mark 1 by server");
		}
	}

}
