/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.oversync.internal.store.StreamIds;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device that gave up waiting and sends its batch again while the first upload is still
 * running. An upload that waits for the user's lock must see everything that the lock's
 * holder committed.
 */
class ConcurrentRetryIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, body text not null);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	/** Each server lets a user's uploads in one by one. */
	private final List<TestEngine> servers = Stream.generate(() -> this.engine.restart("app.note(owner_id)"))
		.limit(3)
		.toList();

	@AfterEach
	void stop() {
		this.servers.forEach(TestEngine::close);
		this.engine.close();
	}

	@Test
	void theFirstBatchOfADeviceIsAppliedOnce() throws Exception {
		UUID row = UUID.randomUUID();
		List<Callable<List<String>>> uploads = new ArrayList<>();
		for (TestEngine server : this.servers) {
			uploads.add(server.device("alice/tablet").upsert("app.note", row, 0, "{\"body\":\"b\"}")::upload);
		}

		List<List<String>> answers = uploadAtOnce(uploads);

		assertThat(answers).hasSize(3).containsOnly(List.of("applied 1"));
		assertThat(this.engine.device("alice/phone").history()).containsExactly("UPDATE note 1 by tablet");
	}

	@Test
	void aFailureThatTheHolderRecordedIsCleared() throws Exception {
		UUID row = UUID.randomUUID();

		uploadAtOnce(List.of(
				this.servers.get(0).device("alice/phone").upsert("app.note", row, 0, "{\"body\":null}")::upload,
				this.servers.get(1).device("alice/tablet").upsert("app.note", row, 1, "{\"body\":\"good\"}")::upload));

		assertThat(this.engine.query("select body from app.note")).containsExactly("good");
		assertThat(this.engine.device("alice/phone").failures()).isEmpty();
	}

	/** All uploads wait for the stream and get it in order. */
	private List<List<String>> uploadAtOnce(List<Callable<List<String>>> uploads) throws Exception {
		this.engine.execute("insert into sync.stream (stream_id, user_id) values ("
				+ StreamIds.SHA_256.candidate("alice", 0) + ", 'alice')");
		ExecutorService threads = Executors.newFixedThreadPool(uploads.size());
		List<Future<List<String>>> waiting = new ArrayList<>();
		try (Connection holder = DriverManager.getConnection(this.engine.jdbcUrl());
				Statement statement = holder.createStatement()) {
			holder.setAutoCommit(false);
			statement.execute("select from sync.stream for update");
			for (Callable<List<String>> upload : uploads) {
				waiting.add(threads.submit(upload));
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.engine
						.query("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
								+ " and datname = current_database()")
						.equals(List.of(Integer.toString(waiting.size()))));
			}
			holder.commit();
		}
		List<List<String>> answers = new ArrayList<>();
		for (Future<List<String>> upload : waiting) {
			answers.add(upload.get());
		}
		threads.shutdown();
		return answers;
	}

}
