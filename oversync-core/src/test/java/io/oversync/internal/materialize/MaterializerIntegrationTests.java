/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import io.oversync.internal.catalog.CatalogReader;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.MigratedDatabase;
import io.oversync.internal.store.SyncedTableStore;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.stream.RowFailure;
import io.oversync.internal.stream.RowState;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import io.oversync.test.TestDatabases;
import io.oversync.test.TestPostgres;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * The errors that judge a row, and the engine's own.
 */
class MaterializerIntegrationTests {

	private static final TableName NOTE = new TableName("app", "note");

	private final String url = MigratedDatabase.create();

	@Test
	void aDefectOfTheEngineIsNoFailureOfARow() {
		QueryExecutionListener defect = new QueryExecutionListener() {

			@Override
			public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
				if (queries.get(0).getQuery().contains("INSERT INTO \"app\".\"note\"")) {
					throw new NullPointerException("a defect");
				}
			}

			@Override
			public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
			}

		};
		assertThatNullPointerException().isThrownBy(() -> write(defect)).withMessage("a defect");
	}

	@Test
	void aRefusalOfTheTableIs() {
		QueryExecutionListener nothing = new QueryExecutionListener() {

			@Override
			public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
			}

			@Override
			public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
			}

		};
		Materializer.Result result = write(nothing);
		assertThat(result.written()).containsExactly(new RowKey(NOTE, new UUID(0, 1)));
		assertThat(result.failures()).singleElement()
			.satisfies((failure) -> assertThat(failure.write().row().pk()).isEqualTo(new UUID(0, 2)));
	}

	/** The upload is saved, and the remaining rows are written later. */
	@Test
	void whatCannotBeTriedInTimeIsAFailure() {
		TestPostgres.execute(this.url, "create schema app",
				"create table app.note (id uuid primary key, owner_id text not null, body text check (body <> 'bad'))",
				"create function app.take_time() returns trigger language plpgsql as"
						+ " $$ begin perform pg_sleep(0.02); return new; end $$",
				"create trigger take_time before insert on app.note for each row execute function app.take_time()");
		DataSource dataSource = TestDatabases.dataSource(this.url);
		Materializer materializer = new Materializer(dataSource,
				new CatalogReader(dataSource, new SyncedTableStore(dataSource))
					.read(List.of(new TableRegistration(NOTE, "owner_id", true, Set.of()))),
				List.of());
		List<BusinessWrite> writes = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			writes.add(row(i, (i % 2 == 0) ? "bad" : "good"));
		}
		Deadline deadline = Deadline.in(Duration.ofSeconds(4));
		Materializer.Result result = new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.execute((status) -> materializer.write(new Owner("alice", 1), writes, deadline));
		assertThat(deadline.isOver()).as("time is left to save the upload").isFalse();
		assertThat(result).isNotNull();
		assertThat(result.written()).hasSizeBetween(1, 249);
		assertThat(result.failures()).hasSize(500 - result.written().size())
			.extracting(RowFailure::error)
			.contains(Materialization.LEFT_OUT)
			.anyMatch((error) -> error.contains("check constraint"));
		assertThat(JdbcClient.create(dataSource).sql("select count(*) from app.note").query(Integer.class).single())
			.isEqualTo(result.written().size());
	}

	private Materializer.Result write(QueryExecutionListener listener) {
		TestPostgres.execute(this.url, "create schema app",
				"create table app.note (id uuid primary key, owner_id text not null, body text check (body <> 'bad'))");
		DataSource plain = TestDatabases.dataSource(this.url);
		DataSource dataSource = ProxyDataSourceBuilder.create(plain).listener(listener).build();
		Materializer materializer = new Materializer(dataSource, new CatalogReader(plain, new SyncedTableStore(plain))
			.read(List.of(new TableRegistration(NOTE, "owner_id", true, Set.of()))), List.of());
		Materializer.Result result = new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.execute((status) -> materializer.write(new Owner("alice", 1), List.of(row(1, "good"), row(2, "bad")),
					Deadline.NONE));
		return (result != null) ? result : new Materializer.Result(Set.of(), List.of());
	}

	private static BusinessWrite row(int key, String body) {
		Payload payload = Payload.of("{\"body\":\"" + body + "\"}");
		return new BusinessWrite(new RowKey(NOTE, new UUID(0, key)), Operation.INSERT, new RowState(1, false, 1, 1),
				List.of(payload), payload, false);
	}

}
