/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.internal.store.SchemaMigrator;
import io.oversync.internal.store.SchemaMode;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The schema that an operator creates for very large streams, as
 * {@code docs/performance.md} describes.
 */
class PartitionedStreamIntegrationTests {

	private static final String UNPARTITIONED = "primary key (stream_id, server_id)\n);";

	private static final String PARTITIONED = "primary key (stream_id, server_id)\n) partition by hash (stream_id);";

	private static final int PARTITIONS = 4;

	private final String url = TestPostgres.createDatabase();

	@Test
	void streamsLieInPartitions() throws Exception {
		String script = new ClassPathResource("io/oversync/store/sync-schema.sql")
			.getContentAsString(StandardCharsets.UTF_8);
		assertThat(script).containsOnlyOnce(UNPARTITIONED);
		TestPostgres.execute(this.url, script.replace(UNPARTITIONED, PARTITIONED));
		for (int i = 0; i < PARTITIONS; i++) {
			TestPostgres.execute(this.url,
					"create table sync.change_%d partition of sync.change for values with (modulus %d, remainder %d)"
						.formatted(i, PARTITIONS, i));
		}
		TestPostgres.execute(this.url,
				"create table public.note (id uuid primary key, owner_id text not null, body text)");
		for (SchemaMode mode : SchemaMode.values()) {
			new SchemaMigrator(TestDatabases.dataSource(this.url)).migrate(mode);
		}
		try (TestEngine engine = TestEngine.on(this.url, "note(owner_id)")) {
			for (int user = 0; user < 20; user++) {
				sync(engine, "user-" + user);
			}
			assertThat(engine.query("select count(distinct tableoid) from sync.change")).containsExactly("4");
			assertThat(engine.query("select count(*) from public.note where body = 'b'")).containsExactly("20");
		}
	}

	private static void sync(TestEngine engine, String user) {
		Device phone = engine.device(user + "/phone");
		UUID row = UUID.randomUUID();
		assertThat(phone.upsert("note", row, 0, "{\"body\":\"a\"}").upload()).containsExactly("applied 1");
		assertThat(phone.resend()).containsExactly("applied 1");
		assertThat(phone.upsert("note", row, 1, "{\"body\":\"b\"}").upload()).containsExactly("applied 2");
		assertThat(engine.device(user + "/tablet").history()).containsExactly("UPDATE note 1 by phone",
				"UPDATE note 2 by phone");
	}

}
