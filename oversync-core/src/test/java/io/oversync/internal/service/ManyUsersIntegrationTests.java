/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many users at once on a small connection pool.
 */
class ManyUsersIntegrationTests {

	private static final int USERS = 64;

	private static final int FAMILIES = 100;

	private static final String DDL = """
			create schema app;
			create table app.parent (id uuid primary key, owner_id text not null, name text not null);
			create table app.child (id uuid primary key, owner_id text not null,
			  parent_id uuid not null references app.parent deferrable initially deferred);
			create index on app.child (parent_id);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.child(owner_id)", "app.parent(owner_id)");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	@Test
	@Tag("prove")
	void uploadWithoutErrorAndDeadlock() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(USERS);
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> uploads = new ArrayList<>();
		for (int i = 0; i < USERS; i++) {
			Device device = this.engine.device("user-" + i + "/phone");
			uploads.add(threads.submit(() -> {
				start.await();
				List<UUID> children = new ArrayList<>();
				for (int n = 0; n < FAMILIES; n++) {
					UUID parent = UUID.randomUUID();
					UUID child = UUID.randomUUID();
					children.add(child);
					device.upsert("app.child", child, 0, "{\"parent_id\":\"" + parent + "\"}")
						.upsert("app.parent", parent, 0, "{\"name\":\"p\"}");
				}
				assertThat(device.upload()).hasSize(2 * FAMILIES).containsOnly("applied 1");
				children.forEach((child) -> device.delete("app.child", child, 1));
				assertThat(device.upload()).hasSize(FAMILIES).containsOnly("applied 2");
				return null;
			}));
		}
		start.countDown();
		for (Future<?> upload : uploads) {
			upload.get();
		}
		threads.shutdown();
		assertThat(this.engine.query("select count(*) from app.parent"))
			.containsExactly(Integer.toString(USERS * FAMILIES));
		assertThat(this.engine.query("select count(*) from app.child")).containsExactly("0");
		assertThat(this.engine.query("select distinct head_server_id from sync.stream"))
			.containsExactly(Integer.toString(3 * FAMILIES));
		assertThat(this.engine.query("select count(*) from sync.materialize_failures")).containsExactly("0");
	}

}
