/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The first uploads of a user, at the same time on several devices.
 */
class FirstUploadsIntegrationTests {

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null);
			create sequence app.written;
			create function app.count_writes() returns trigger language plpgsql as $$
			begin
			  perform nextval('app.written');
			  return new;
			end $$;
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)");

	private final Device phone = this.engine.device("ann/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	/**
	 * The stream becomes visible between the statement that locks it, which finds none,
	 * and the one that reads it, which is held up here.
	 */
	@Test
	void aStreamThatAppearsWhileItIsOpenedIsLockedBeforeItIsWritten() throws Exception {
		String stream = idOfTheStream();
		this.engine.execute("create trigger count_writes before insert on sync.change"
				+ " for each row execute function app.count_writes()");
		try (Connection tablet = connect(); Connection holdUp = connect()) {
			execute(tablet, "insert into sync.stream (stream_id, user_id) values (" + stream + ", 'ann')");
			execute(holdUp, "lock table sync.restore in access exclusive mode");
			CompletableFuture<List<String>> upload = CompletableFuture
				.supplyAsync(this.phone.upsert("app.note", UUID.randomUUID(), 0, "{}")::upload);
			awaitWaiting("relation");
			tablet.commit();
			execute(tablet, "select from sync.stream for update");
			holdUp.commit();
			awaitWaiting("transactionid");
			assertThat(this.engine.query("select is_called from app.written")).containsExactly("f");
			tablet.commit();
			assertThat(upload.get()).containsExactly("applied 1");
		}
	}

	/** Returns the id that the user's stream will have. */
	private String idOfTheStream() {
		this.phone.upsert("app.note", UUID.randomUUID(), 0, "{}").upload();
		String id = String.valueOf(this.engine.query("select stream_id from sync.stream").get(0));
		this.engine.execute("truncate sync.stream, sync.source, sync.change, sync.row_version cascade");
		return id;
	}

	private void awaitWaiting(String lock) {
		await().until(() -> !this.engine.query("select 1 from pg_locks where not granted and locktype = '" + lock + "'")
			.isEmpty());
	}

	private Connection connect() throws SQLException {
		Connection connection = DriverManager.getConnection(this.engine.jdbcUrl());
		connection.setAutoCommit(false);
		return connection;
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
