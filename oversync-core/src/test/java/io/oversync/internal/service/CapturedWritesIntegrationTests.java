/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.MaterializedRow;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the engine writes is not captured, in whatever way it writes it; what the
 * application writes beside it is.
 */
class CapturedWritesIntegrationTests {

	private static final String DDL = """
			CREATE TABLE parent (id uuid PRIMARY KEY, owner_id text NOT NULL, name text UNIQUE, size integer CHECK (size < 100));
			CREATE TABLE child (id uuid PRIMARY KEY, owner_id text NOT NULL,
			  parent_id uuid REFERENCES parent ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
			  other_id uuid REFERENCES parent ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);
			CREATE TABLE handled (id uuid PRIMARY KEY);
			""";

	private static final String COUNT = "SELECT coalesce(sum(cardinality(pks)), 0) FROM sync.captured_row";

	private final UUID one = new UUID(0, 1);

	private final UUID two = new UUID(0, 2);

	private final UUID three = new UUID(0, 3);

	@Test
	void writesOfDevicesAreNotCaptured() {
		try (TestEngine engine = TestEngine.start(DDL, "public.parent(owner_id)+", "public.child(owner_id)+")) {
			Device phone = engine.device("ann/phone");
			assertThat(phone.upsert("parent", this.one, 0, "{\"name\":\"a\",\"size\":1}").upload())
				.containsExactly("applied 1");
			phone.upsert("parent", this.two, 0, "{\"name\":\"b\"}")
				.upsert("child", this.three, 0,
						"{\"parent_id\":\"%s\",\"other_id\":\"%s\"}".formatted(this.one, this.two));
			assertThat(phone.upload()).containsExactly("applied 1", "applied 1");
			// values that move, a row that its table refuses, then deletes that reach
			// others
			phone.upsert("parent", this.one, 1, "{\"name\":\"b\"}").upsert("parent", this.two, 1, "{\"name\":\"a\"}");
			assertThat(phone.upload()).containsExactly("applied 2", "applied 2");
			phone.upsert("parent", this.one, 2, "{\"name\":\"c\",\"size\":100}")
				.upsert("parent", this.two, 2, "{\"name\":\"d\"}");
			assertThat(phone.upload()).containsExactly("applied 3", "applied 3");
			assertThat(phone.failures()).hasSize(1);
			phone.delete("parent", this.two, 3).delete("parent", this.one, 3);
			phone.upload();
			assertThat(engine.query("SELECT count(*) FROM parent")).containsExactly("0");
			assertThat(engine.query(COUNT)).containsExactly("0");
		}
	}

	@Test
	void aRowThatIsRefusedAloneIsNotCaptured() {
		try (TestEngine engine = TestEngine.start(DDL, "public.parent(owner_id)+")) {
			Device phone = engine.device("ann/phone");
			phone.upsert("parent", this.one, 0, "{\"name\":\"a\",\"size\":100}");
			assertThat(phone.upload()).containsExactly("applied 1");
			assertThat(phone.failures()).hasSize(1);
			phone.upsert("parent", this.one, 1, "{\"name\":\"a\",\"size\":1}");
			phone.upload();
			assertThat(engine.query("SELECT size FROM parent")).containsExactly("1");
			assertThat(engine.query(COUNT)).containsExactly("0");
		}
	}

	@Test
	void rowsThatAreWrittenAgainAreNotCaptured() {
		try (TestEngine engine = TestEngine.start(DDL, "public.parent(owner_id)+")) {
			engine.device("ann/phone").upsert("parent", this.one, 0, "{\"name\":\"a\"}").upload();
			engine.execute("DELETE FROM parent");
			assertThat(engine.query(COUNT)).containsExactly("1");
			engine.execute("TRUNCATE sync.captured_row");
			((Rematerialization) engine.service())
				.rematerialize(new Rematerialization.Request(TableName.parse("parent"), null, false));
			assertThat(engine.query("SELECT name FROM parent")).containsExactly("a");
			assertThat(engine.query(COUNT)).containsExactly("0");
		}
	}

	@Test
	void writesOfTheApplicationAreCapturedOnTheSameConnections() {
		try (TestEngine engine = TestEngine.start(DDL, "public.parent(owner_id)+")) {
			engine.device("ann/phone").upsert("parent", this.one, 0, "{\"name\":\"a\"}").upload();
			for (int i = 0; i < TestEngine.POOL_SIZE; i++) {
				engine.execute("UPDATE parent SET name = name || 'x'");
			}
			assertThat(engine.query(COUNT)).containsExactly(String.valueOf(TestEngine.POOL_SIZE));
		}
	}

	@Test
	void whatAHandlerWritesToOtherTablesIsCaptured() {
		AtomicReference<JdbcClient> client = new AtomicReference<>();
		MaterializationHandler handler = new MaterializationHandler() {

			@Override
			public String table() {
				return "public.handled";
			}

			@Override
			public void upsert(MaterializedRow row) {
				client.get()
					.sql("INSERT INTO parent VALUES (gen_random_uuid(), 'bob', ?)")
					.param("from a handler")
					.update();
			}

			@Override
			public void delete(MaterializedRow row) {
				client.get().sql("DELETE FROM parent WHERE owner_id = 'bob'").update();
			}

		};
		TestEngine.Factory factory = (dataSource, catalog, handlers, transactions, settings) -> {
			// the data source of the engine's transaction
			client.set(JdbcClient.create(dataSource));
			return new DefaultSyncService(dataSource, catalog, List.of(handler), transactions, settings,
					new RequestLimits(Duration.ofMinutes(2), 2, 16));
		};
		try (TestEngine engine = TestEngine.start(factory, DDL, "public.parent(owner_id)+", "public.handled")) {
			Device phone = engine.device("ann/phone");
			phone.upsert("handled", this.one, 0, "{}").upsert("parent", this.two, 0, "{\"name\":\"a\"}");
			assertThat(phone.upload()).containsExactly("applied 1", "applied 1");
			assertThat(engine.query("SELECT owner FROM sync.captured_row")).containsExactly("bob");
			phone.delete("handled", this.one, 1);
			phone.upload();
			assertThat(engine.query("SELECT owner FROM sync.captured_row")).containsExactly("bob", "bob");
		}
	}

	@Test
	void triggersThatAreLostAreInstalledAgain() {
		try (TestEngine engine = TestEngine.start(DDL, "public.parent(owner_id)+")) {
			Device phone = engine.device("ann/phone");
			phone.upsert("parent", this.one, 0, "{\"name\":\"a\"}").upload();
			engine.execute("ALTER TABLE parent DISABLE TRIGGER ALL");
			assertThat(phone.upsert("parent", this.one, 1, "{\"name\":\"b\"}").upload()).containsExactly("applied 2");
			engine.execute("UPDATE parent SET name = 'c'");
			assertThat(engine.query("SELECT owner FROM sync.captured_row")).containsExactly("ann");
			assertThat(engine.query("SELECT capture_generation FROM sync.synced_table")).containsExactly("2");
		}
	}

}
