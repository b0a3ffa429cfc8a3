/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.upload.UploadSettings;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests of one user wait for each other without the connections that other users need.
 */
class UserTurnsIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private static final int QUEUE = 16;

	private final TestEngine engine = TestEngine.start(DDL, List.of(),
			new UploadSettings(0, false, Duration.ofSeconds(20)), new RequestLimits(Duration.ofSeconds(30), 2, QUEUE),
			"app.note(owner_id)");

	private final AtomicLong changes = new AtomicLong();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeEach
	void firstUploads() {
		((HikariDataSource) this.engine.dataSource()).setMaximumPoolSize(5);
		upload("ann");
		upload("ben");
	}

	@AfterEach
	void stop() {
		this.threads.shutdown();
		this.engine.close();
	}

	private String upload(String user) {
		return upload(user, UUID.randomUUID().toString(), 0);
	}

	private String upload(String user, String pk, long version) {
		UploadChange change = new UploadChange(this.changes.incrementAndGet(), "app", "note", "UPDATE", pk, version,
				Payload.of("{\"body\":\"b\"}"));
		try {
			this.engine.service().upload(new SyncActor(user, "phone"), new UploadRequest(0, List.of(change)));
			return "uploaded";
		}
		catch (SyncException ex) {
			assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
			return "unavailable";
		}
	}

	private long download(String user) {
		return this.engine.service()
			.download(new SyncActor(user, "tablet"), new DownloadRequest(0, 100, null, false, 0), (change) -> {
			})
			.nextAfter();
	}

	private static Duration time(Callable<?> work) throws Exception {
		long start = System.nanoTime();
		work.call();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	@Test
	void manyUploadsOfOneUserBehindASlowOneLeaveTheOthersAlone() throws Exception {
		List<Future<String>> uploads = new ArrayList<>();
		try (Connection slow = this.engine.dataSource().getConnection(); Statement statement = slow.createStatement()) {
			slow.setAutoCommit(false);
			statement.execute("select * from sync.stream where user_id = 'ann' for update");
			for (int i = 0; i < 160; i++) {
				uploads.add(this.threads.submit(() -> upload("ann")));
			}
			Awaitility.await().until(() -> uploads.stream().filter(Future::isDone).count() == 160 - QUEUE - 1);
			assertThat(((HikariDataSource) this.engine.dataSource()).getHikariPoolMXBean().getActiveConnections())
				.as("the slow one, and one that waits for its lock")
				.isEqualTo(2);
			for (int i = 0; i < 20; i++) {
				assertThat(time(() -> assertThat(upload("ben")).isEqualTo("uploaded")))
					.isLessThan(Duration.ofSeconds(1));
				assertThat(time(() -> download("ben"))).isLessThan(Duration.ofSeconds(1));
				assertThat(time(() -> download("ann"))).as("of the same user").isLessThan(Duration.ofSeconds(1));
			}
			slow.rollback();
		}
		assertThat(count(uploads, "uploaded")).isEqualTo(QUEUE + 1);
		assertThat(count(uploads, "unavailable")).isEqualTo(160 - QUEUE - 1);
		assertThat(this.engine.query("select count(*) from app.note where owner_id = 'ann'"))
			.containsExactly(String.valueOf(QUEUE + 2));
		assertThat(upload("ann")).as("all turns are back").isEqualTo("uploaded");
	}

	/** An upload that waits for a row holds a connection that others could use. */
	@Test
	@Tag("prove")
	void rowsThatTheApplicationHasLockedAreHardlyWaitedForInACrowd() throws Exception {
		int connections = 8;
		List<String> users = IntStream.range(0, 40).mapToObj((i) -> "user-" + i).toList();
		((HikariDataSource) this.engine.dataSource()).setMaximumPoolSize(connections + 1);
		users.forEach((user) -> upload(user, row(user), 0));
		try (Connection application = this.engine.dataSource().getConnection();
				Statement statement = application.createStatement()) {
			application.setAutoCommit(false);
			statement.execute("select * from app.note for update");
			Duration alone = time(() -> upload("user-0", row("user-0"), 1));
			Duration crowd = time(() -> {
				List<Future<String>> uploads = new ArrayList<>();
				users.forEach((user) -> uploads.add(this.threads.submit(() -> upload(user, row(user), 1))));
				return count(uploads, "unavailable");
			});
			assertThat(crowd).isLessThan(alone.multipliedBy(users.size() / connections).dividedBy(2));
			application.rollback();
		}
		assertThat(upload("user-0", row("user-0"), 1)).isEqualTo("uploaded");
	}

	private static String row(String user) {
		return UUID.nameUUIDFromBytes(user.getBytes(StandardCharsets.UTF_8)).toString();
	}

	private static long count(List<Future<String>> uploads, String result)
			throws InterruptedException, ExecutionException {
		long count = 0;
		for (Future<String> upload : uploads) {
			count += upload.get().equals(result) ? 1 : 0;
		}
		return count;
	}

}
