/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.store.StreamIds;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.DownloadedChange;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.MaterializeFailure;
import io.oversync.protocol.RetryResult;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization.Request;
import io.oversync.service.Rematerialization.Result;
import io.oversync.service.Rematerialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Users whose ids have the same hash: alice came first and has the first candidate of
 * both, bob has the next one. Their devices have the same names and count their changes
 * alike, so that any data from the other's stream would change the result.
 */
class StreamCollisionIntegrationTests {

	private static final StreamIds ALL_ALIKE = (userId, index) -> index;

	private static final String DDL = """
			create schema app;
			create table app.person (id uuid primary key, owner_id text not null, name text not null);
			create table app.pet (id uuid primary key, owner_id text not null,
			  person_id uuid not null references app.person deferrable initially deferred);
			create table app.shared (id uuid primary key, title text);
			""";

	private final TestEngine engine = TestEngine.start(
			(dataSource, catalog, handlers, transactions, settings) -> new DefaultSyncService(
					new EngineBuilder(dataSource, catalog, ALL_ALIKE, handlers, transactions, settings), catalog,
					RequestLimits.DEFAULTS),
			DDL, "app.pet(owner_id)", "app.person(owner_id)", "app.shared", "app.memo!");

	private final Device alice = this.engine.device("alice/phone");

	private final Device bob = this.engine.device("bob/phone");

	private final UUID first = UUID.randomUUID();

	@BeforeEach
	void aliceComesFirst() {
		assertThat(this.alice.upsert("app.memo", this.first, 0, "{\"text\":\"hers\"}").upload())
			.containsExactly("applied 1");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private static String person(String name) {
		return "{\"name\":\"" + name + "\"}";
	}

	@Test
	void aUserWithoutAStreamDownloadsNothingOfTheOther() {
		List<DownloadedChange> changes = new ArrayList<>();
		DownloadWindow window = this.engine.service()
			.download(this.bob.actor(), new DownloadRequest(0, 1000, null, true, 0), changes::add);
		assertThat(changes).isEmpty();
		assertThat(window).isEqualTo(new DownloadWindow(false, 0, 0));
		assertThat(this.bob.failures()).isEmpty();
	}

	/** Under alice's stream it would be a replay, or a conflict. */
	@Test
	void theSameChangeIsOneOfEachUser() {
		assertThat(this.bob.upsert("app.memo", this.first, 0, "{\"text\":\"hers\"}").upload())
			.containsExactly("applied 1");
		assertThat(this.bob.upsert("app.memo", this.first, 1, "{\"text\":\"his\"}").upload())
			.containsExactly("applied 2");
		assertThat(this.bob.history()).containsExactly("UPDATE memo 1 by phone", "UPDATE memo 2 by phone");
		assertThat(this.alice.history()).containsExactly("UPDATE memo 1 by phone");
		assertThat(this.alice.upsert("app.memo", this.first, 1, "{\"text\":\"hers again\"}").upload())
			.containsExactly("applied 2");
		assertThat(
				this.engine.query("select user_id || ' ' || stream_id || ' ' || head_server_id || ' ' || source_count"
						+ " from sync.stream order by 1"))
			.containsExactly("alice 0 2 1", "bob 1 2 1");
	}

	@Test
	void aReplayIsRecognisedAgainstTheOwnStream() {
		this.bob.upsert("app.person", UUID.randomUUID(), 0, person("Bo")).upload();
		assertThat(this.bob.resend()).containsExactly("applied 1");
		assertThat(this.bob.history()).hasSize(1);
		assertThat(this.alice.history()).containsExactly("UPDATE memo 1 by phone");
	}

	@Test
	void theLockOfOneDoesNotStopTheOther() throws Exception {
		try (Connection holder = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("select from sync.stream where user_id = 'alice' for update");
			assertThat(this.bob.upsert("app.memo", this.first, 0, "{}").upload()).containsExactly("applied 1");
			assertThat(this.bob.upsert("app.memo", this.first, 1, "{}").upload()).containsExactly("applied 2");
			assertThat(this.bob.history()).hasSize(2);
		}
	}

	@Test
	void failuresAreListedAndRetriedByTheirUserOnly() {
		UUID hers = UUID.randomUUID();
		UUID his = UUID.randomUUID();
		this.alice.upsert("app.person", hers, 0, "{\"name\":null}").upload();
		this.bob.upsert("app.person", his, 0, "{\"name\":null}").upload();
		MaterializeFailure alices = failures(this.alice).get(0);
		MaterializeFailure bobs = failures(this.bob).get(0);
		assertThat(failures(this.alice)).singleElement().extracting(MaterializeFailure::pk).isEqualTo(hers);
		assertThat(failures(this.bob)).singleElement().extracting(MaterializeFailure::pk).isEqualTo(his);
		assertNotFound(this.bob, alices.id());
		assertNotFound(this.alice, bobs.id());
		this.engine.execute("alter table app.person alter name drop not null");
		assertThat(this.engine.service().retryMaterializeFailure(this.bob.actor(), bobs.id()))
			.isEqualTo(new RetryResult(true, 1, null));
		assertThat(failures(this.bob)).isEmpty();
		assertThat(failures(this.alice)).usingRecursiveFieldByFieldElementComparator().containsExactly(alices);
		assertThat(this.engine.query("select id || ' ' || owner_id from app.person")).containsExactly(his + " bob");
	}

	private List<MaterializeFailure> failures(Device device) {
		List<MaterializeFailure> failures = new ArrayList<>();
		this.engine.service().materializeFailures(device.actor(), null, null, 100, failures::add);
		return failures;
	}

	private void assertNotFound(Device device, long failure) {
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(() -> this.engine.service().retryMaterializeFailure(device.actor(), failure))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.NOT_FOUND));
	}

	/** A refused delete of bob's restores his row for his device, and not for alice's. */
	@Test
	void restoresGoToTheDeviceOfTheirUser() {
		UUID person = UUID.randomUUID();
		this.bob.upsert("app.person", person, 0, person("Bo")).upload();
		this.engine.device("bob/tablet")
			.upsert("app.pet", UUID.randomUUID(), 0, "{\"person_id\":\"" + person + "\"}")
			.upload();
		for (int i = 0; i < 3; i++) {
			this.alice.upsert("app.memo", UUID.randomUUID(), 0, "{}").upload();
		}
		assertThat(this.bob.delete("app.person", person, 1).upload()).containsExactly("StillReferenced");
		assertThat(this.bob.resend()).as("known, not refused again").containsExactly("StillReferenced");
		assertThat(page(this.bob)).containsExactly("UPDATE person 2", "UPDATE person 1");
		assertThat(page(this.alice)).containsExactly("UPDATE memo 1");
		assertThat(this.bob.history()).containsExactly("UPDATE person 1 by phone", "UPDATE pet 1 by tablet",
				"UPDATE person 2 by server");
	}

	private List<String> page(Device device) {
		List<String> changes = new ArrayList<>();
		this.engine.service()
			.download(device.actor(), new DownloadRequest(0, 1, null, true, 0),
					(change) -> changes.add(change.op() + " " + change.table().table() + " " + change.serverVersion()));
		return changes;
	}

	@Test
	void rowsWithoutAnOwnerColumnBelongToOneOfThem() {
		UUID row = UUID.randomUUID();
		this.alice.upsert("app.shared", row, 0, "{\"title\":\"hers\"}").upload();
		assertThat(this.bob.upsert("app.shared", row, 0, "{\"title\":\"his\"}").upload()).containsExactly("applied 1");
		assertThat(this.bob.failures()).hasSize(1);
		assertThat(this.alice.failures()).isEmpty();
		assertThat(this.engine.query("select title from app.shared")).containsExactly("hers");
		assertThat(((Rematerialization) this.engine.service())
			.rematerialize(new Request(new TableName("app", "shared"), null, false))).isEqualTo(new Result(2, 1, 1));
		assertThat(this.engine.query("select title from app.shared")).containsExactly("hers");
	}

	/** All of them create their streams at the same time. */
	@Test
	void newUsersAndTheirDevicesArriveAtOnce() throws Exception {
		List<Device> devices = new ArrayList<>();
		for (String user : List.of("bob", "carol", "dave")) {
			for (int i = 0; i < 3; i++) {
				devices.add(this.engine.device(user + "/device-" + i));
			}
		}
		ExecutorService threads = Executors.newFixedThreadPool(devices.size());
		List<Future<?>> uploads = new ArrayList<>();
		for (Device device : devices) {
			uploads.add(threads.submit(() -> {
				for (int i = 0; i < 5; i++) {
					device.upsert("app.memo", UUID.randomUUID(), 0, "{}").sendUntilAnswered();
				}
			}));
		}
		for (Future<?> upload : uploads) {
			upload.get();
		}
		threads.shutdown();
		assertThat(this.engine.query("select user_id from sync.stream order by stream_id limit 1"))
			.containsExactly("alice");
		assertThat(this.engine.query("select user_id || ' ' || head_server_id || ' ' || source_count from sync.stream"))
			.containsExactlyInAnyOrder("alice 1 1", "bob 15 3", "carol 15 3", "dave 15 3");
		assertThat(this.engine.query(
				"select user_id || ' ' || count(*) || ' ' || count(distinct source_id) from sync.server_change_log group by user_id"))
			.containsExactlyInAnyOrder("alice 1 1", "bob 15 3", "carol 15 3", "dave 15 3");
	}

	@Test
	void aStreamIsFoundAlsoWhenTheOneBeforeItIsGone() {
		this.bob.upsert("app.memo", this.first, 0, "{}").upload();
		this.engine.execute("delete from sync.stream where user_id = 'alice'");
		assertThat(this.bob.upsert("app.memo", this.first, 1, "{}").upload()).containsExactly("applied 2");
		assertThat(this.bob.history()).hasSize(2);
		assertThat(this.engine.query("select stream_id from sync.stream")).containsExactly("1");
	}

	@Test
	void aUserForWhomNoIdIsLeftIsRefused() {
		for (String user : List.of("bob", "carol", "dave")) {
			this.engine.device(user + "/phone").upsert("app.memo", this.first, 0, "{}").upload();
		}
		Device erin = this.engine.device("erin/phone").upsert("app.memo", this.first, 0, "{}");
		assertThatIllegalStateException().isThrownBy(erin::upload).withMessageContaining("other users");
		assertThat(this.engine.query("select user_id from sync.stream order by stream_id")).containsExactly("alice",
				"bob", "carol", "dave");
		assertThat(erin.history()).isEmpty();
	}

}
