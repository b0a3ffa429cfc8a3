/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.service.ServerWrites;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * News of other nodes and of the application itself.
 */
@Tag("prove")
class WatchNodesIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** Longer than any test: what a test sees was not polled. */
	private static final String NO_POLL = "oversync.watch.poll-interval=10m";

	private static final String LISTEN = "oversync.watch.listen=true";

	private static final String LISTENERS = "select pid from pg_stat_activity"
			+ " where datname = current_database() and query like 'LISTEN oversync%'";

	private final List<AutoCloseable> opened = new ArrayList<>();

	@AfterEach
	void stop() throws Exception {
		for (int i = this.opened.size() - 1; i >= 0; i--) {
			this.opened.get(i).close();
		}
	}

	private LiveApplication start(String... properties) {
		LiveApplication application = LiveApplication.start(Jwt.class, properties);
		this.opened.add(application);
		return application;
	}

	private LiveApplication startOn(String url, String... properties) {
		LiveApplication application = LiveApplication.startOn(url, Jwt.class, properties);
		this.opened.add(application);
		return application;
	}

	private static String[] bearer(String user, String device) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", device));
	}

	private static void upload(LiveApplication application, String user, String device) {
		HttpResponse<String> answer = application.post("/sync/upload", """
				{"changes":[{"source_change_id":%d,"schema":"app","table":"note","op":"INSERT",
				"pk":"%s","server_version":0,"payload":{"body":"x"}}]}""".formatted(System.nanoTime(),
				UUID.randomUUID()), bearer(user, device));
		assertThat(answer.body()).contains("applied");
	}

	private WatchEvents watch(LiveApplication application, String user, String device, String query) {
		WatchEvents events = new WatchEvents(application, bearer(user, device), query);
		this.opened.add(events);
		return events;
	}

	private static void awaitHead(WatchEvents events, long head) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(events.lines()).contains("data: {\"head\":" + head + "}"));
	}

	@Test
	void nodesTellEachOtherAtOnce() {
		LiveApplication one = start(NO_POLL, LISTEN);
		LiveApplication two = startOn(one.url(), NO_POLL, LISTEN);
		WatchEvents first = watch(one, "ann", "tablet", "?after=0");
		WatchEvents second = watch(two, "ann", "laptop", "?after=0");
		WatchEvents others = watch(two, "ben", "laptop", "?after=0");
		for (int head = 1; head <= 5; head++) {
			upload((head % 2 == 0) ? one : two, "ann", "phone");
			awaitHead(first, head);
			awaitHead(second, head);
		}
		upload(one, "ben", "phone");
		awaitHead(others, 1);
		assertThat(others.lines()).filteredOn((line) -> line.startsWith("data")).hasSize(1);
	}

	@Test
	void aConnectionThatBreaksIsReplacedAndWhatWasMissedIsFound() {
		LiveApplication one = start(NO_POLL, LISTEN);
		LiveApplication two = startOn(one.url(), NO_POLL, LISTEN);
		WatchEvents events = watch(two, "ann", "tablet", "?after=0");
		Awaitility.await().atMost(PATIENCE).until(() -> TestDatabases.query(one.url(), LISTENERS).size() == 2);
		TestPostgres.execute(one.url(), "select pg_terminate_backend(pid) from (" + LISTENERS + ") as l");
		upload(one, "ann", "phone");
		awaitHead(events, 1);
		Awaitility.await().atMost(PATIENCE).until(() -> TestDatabases.query(one.url(), LISTENERS).size() == 2);
		upload(one, "ann", "phone");
		awaitHead(events, 2);
	}

	@Test
	void itsConnectionsAreGivenBack() {
		LiveApplication application = start(LISTEN);
		HikariDataSource pool = application.context().getBean(HikariDataSource.class);
		Awaitility.await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 2);
		application.context().getBean("oversyncWatchListener", org.springframework.context.Lifecycle.class).stop();
		Awaitility.await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
		assertThat(application.context()
			.getBean(JdbcClient.class)
			.sql("select pg_listening_channels()")
			.query()
			.listOfRows()).isEmpty();
	}

	@Test
	void anotherDataSourceMayListen() {
		LiveApplication application = start(NO_POLL, LISTEN, "oversync.watch.listen-datasource=dataSource");
		WatchEvents events = watch(application, "ann", "tablet", "?after=0");
		upload(application, "ann", "phone");
		awaitHead(events, 1);
	}

	@Test
	void theApplicationsOwnWritesWakeDevicesAfterTheirCommit() {
		LiveApplication one = start(NO_POLL, LISTEN);
		LiveApplication two = startOn(one.url(), NO_POLL, LISTEN);
		WatchEvents here = watch(one, "ann", "tablet", "?after=0");
		WatchEvents there = watch(two, "ann", "tablet", "?after=0");
		ServerWrites writes = one.context().getBean(ServerWrites.class);
		writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
		awaitHead(here, 1);
		awaitHead(there, 1);
		TransactionTemplate transaction = new TransactionTemplate(
				one.context().getBean(PlatformTransactionManager.class));
		transaction.executeWithoutResult((status) -> {
			writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
			Object savepoint = status.createSavepoint();
			writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
			writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
			status.rollbackToSavepoint(savepoint);
			assertThat(here.lines()).doesNotContain("data: {\"head\":2}");
		});
		awaitHead(here, 2);
		awaitHead(there, 2);
		transaction.executeWithoutResult((status) -> {
			writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
			status.setRollbackOnly();
		});
		writes.upsert("ann", "app.note", UUID.randomUUID(), "{\"body\":\"x\"}");
		awaitHead(here, 3);
		awaitHead(there, 3);
	}

	@Test
	void capturedRowsWakeDevices() {
		LiveApplication application = start("oversync.watch.poll-interval=50ms", "oversync.capture.interval=1h");
		WatchEvents events = watch(application, "ann", "tablet", "?after=0");
		application.context()
			.getBean(JdbcClient.class)
			.sql("insert into app.note values (gen_random_uuid(), 'ann', 'of the application')")
			.update();
		awaitHead(events, 1);
	}

	@Test
	void aDatabaseThatWasPutBackSilencesNoDevice() {
		LiveApplication application = start("oversync.watch.poll-interval=50ms");
		for (int i = 0; i < 3; i++) {
			upload(application, "ann", "phone");
		}
		WatchEvents events = watch(application, "ann", "tablet", "?after=3");
		TestPostgres.execute(application.url(), "delete from sync.row_version", "delete from sync.change",
				"update sync.stream set head_server_id = 1, other_server_id = 0");
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
			upload(application, "ann", "phone");
			assertThat(events.lines()).anyMatch((line) -> line.startsWith("data"));
		});
	}

}
