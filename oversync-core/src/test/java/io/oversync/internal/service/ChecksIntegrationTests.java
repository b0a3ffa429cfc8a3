/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.oversync.internal.service.TestEngine.Device;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import io.oversync.service.SyncChecks.Progress;
import io.oversync.service.SyncChecks.Request;
import io.oversync.service.SyncChecks.Result;
import io.oversync.service.SyncChecks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Business tables are compared with the streams.
 */
class ChecksIntegrationTests {

	private static final TableName NOTE = new TableName("app", "note");

	private static final TableName PLAIN = new TableName("app", "plain");

	private static final TableName SHARED = new TableName("app", "shared");

	private static final String DDL = """
			create schema app;
			create table app.note (id uuid primary key, owner_id text not null, title text, amount numeric(10, 2),
			  at timestamptz, data bytea, tags text[]);
			create table app.plain (id uuid primary key, owner_id text not null, title text check (title <> 'bad'));
			create table app.shared (id uuid primary key, title text);
			""";

	private final TestEngine engine = TestEngine.start(DDL, "app.note(owner_id)+", "app.plain(owner_id)", "app.shared",
			"app.stored!");

	private final SyncChecks checks = (SyncChecks) this.engine.service();

	private final Device ann = this.engine.device("ann/phone");

	private final Device ben = this.engine.device("ben/phone");

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private static UUID key(int number) {
		return new UUID(0, number);
	}

	private List<String> differences(Request request) {
		List<String> rows = new ArrayList<>();
		Result result = this.checks.check(request, (row) -> rows.add(row.userId() + " " + row.table().table() + ":"
				+ row.pk().getLeastSignificantBits() + " " + row.difference() + row.columns()));
		assertThat(result.differing()).isEqualTo(rows.size());
		return rows;
	}

	/** Changes a table, and no trigger notes it. */
	private void unnoticed(String sql) {
		this.engine.execute("begin; set local session_replication_role = replica; " + sql + "; commit");
	}

	private void fill(String table) {
		for (int i = 0; i < 5; i++) {
			this.ann.upsert(table, key(i), 0, "{\"title\":\"t%d\"}".formatted(i));
			this.ben.upsert(table, key(10 + i), 0, "{\"title\":\"t%d\"}".formatted(i));
		}
		this.ann.upload();
		this.ben.upload();
	}

	@Test
	void whatDevicesUploadedIsTheSameInWhateverFormItCame() {
		this.ann
			.upsert("app.note", key(1), 0,
					"{\"title\":\"a\",\"amount\":1.0,\"at\":\"2025-08-08T07:01:00+02:00\",\"data\":\"AAE=\","
							+ "\"tags\":[\"x\"],\"unknown\":1}")
			.upsert("app.note", key(2), 0, "{\"amount\":\"1.5\",\"at\":1700000000000}")
			.upsert("app.note", key(3), 0, "{}")
			.upload();
		this.ann.upsert("app.note", key(1), 1, "{\"title\":\"b\"}").upload();
		assertThat(this.ann.failures()).isEmpty();
		assertThat(this.checks.check(Request.all(NOTE), (row) -> {
		})).isEqualTo(new Result(1, 3, 0, 0));
	}

	@Test
	void eachKindOfDifferenceIsNamed() {
		fill("app.note");
		this.ann.delete("app.note", key(4), 1).upload();
		unnoticed("delete from app.note where id = '" + key(0) + "'");
		unnoticed("update app.note set title = 'other', amount = 3 where id = '" + key(1) + "'");
		unnoticed("insert into app.note (id, owner_id) values ('" + key(4) + "', 'ann'), ('" + key(77) + "', 'ann')");
		unnoticed("update app.note set title = null where id = '" + key(12) + "'");
		assertThat(differences(Request.all(NOTE))).containsExactlyInAnyOrder("ann note:0 MISSING_IN_TABLE[]",
				"ann note:1 OTHER_VALUES[title]", "ann note:4 MISSING_IN_STREAM[]", "ann note:77 MISSING_IN_STREAM[]",
				"ben note:12 OTHER_VALUES[title]");
		assertThat(differences(new Request(NOTE, "ben", 100))).containsExactly("ben note:12 OTHER_VALUES[title]");
		assertThat(this.checks.check(new Request(NOTE, "cleo", 100), (row) -> {
		})).as("a user without a stream").isEqualTo(new Result(1, 0, 0, 0));
	}

	@Test
	void theProgressIsReported() {
		fill("app.note");
		unnoticed("delete from app.note where id = '" + key(10) + "'");
		List<Progress> progress = new ArrayList<>();
		Result result = this.checks.check(Request.all(NOTE), (row) -> {
		}, progress::add);
		assertThat(result).isEqualTo(new Result(2, 10, 1, 0));
		assertThat(progress).contains(new Progress(0, 2, 0, 0), new Progress(1, 2, 5, 0), new Progress(1, 2, 10, 1));
		progress.clear();
		this.checks.check(new Request(NOTE, "ben", 100), (row) -> {
		}, progress::add);
		assertThat(progress).startsWith(new Progress(0, 1, 0, 0)).endsWith(new Progress(0, 1, 5, 1));
	}

	@Test
	void aCheckIsStoppedBetweenBatches() {
		for (int i = 0; i < 1200; i++) {
			this.ann.upsert("app.note", key(i), 0, "{\"title\":\"t\"}");
		}
		this.ann.upload();
		fill("app.note");
		Consumer<SyncChecks.Row> none = (row) -> {
		};
		assertThat(this.checks.check(Request.all(NOTE), none, (progress) -> progress.rows() < 500))
			.isEqualTo(new Result(0, 500, 0, 0, false));
		assertThat(this.checks.check(Request.all(NOTE), none, (progress) -> progress.users() < 1))
			.isEqualTo(new Result(1, 1200, 0, 0, false));
		assertThat(this.checks.check(Request.all(NOTE), none, (progress) -> false))
			.isEqualTo(new Result(0, 0, 0, 0, false));
	}

	@Test
	void anInterruptStopsACheck() {
		fill("app.note");
		List<Result> results = new CopyOnWriteArrayList<>();
		Thread thread = new Thread(() -> results.add(this.checks.check(Request.all(NOTE), (row) -> {
		}, (progress) -> {
			if (progress.users() == 1) {
				Thread.currentThread().interrupt();
			}
			return true;
		})));
		thread.start();
		Awaitility.await().until(() -> !thread.isAlive());
		assertThat(results).singleElement().satisfies((result) -> assertThat(result.complete()).isFalse());
	}

	@Test
	void whatTheApplicationHasWrittenComesIntoTheStreamFirst() {
		fill("app.note");
		this.engine.execute("update app.note set title = 'written' where owner_id = 'ann'");
		this.engine.execute("delete from app.note where id = '" + key(10) + "'");
		this.engine.execute("insert into app.note (id, owner_id) values ('" + key(77) + "', 'ben')");
		assertThat(differences(Request.all(NOTE))).isEmpty();
		assertThat(this.engine.query("select count(*) from sync.captured_row")).containsExactly("0");
		assertThat(this.ann.stream()).hasSize(10);
	}

	@Test
	void whatTheApplicationWritesMeanwhileIsNoDifference() {
		for (int i = 0; i < 600; i++) {
			this.ann.upsert("app.note", key(i), 0, "{\"title\":\"t\"}");
		}
		this.ann.upload();
		unnoticed("update app.note set title = 'other' where id = '" + key(3) + "'");
		List<UUID> rows = new ArrayList<>();
		this.checks.check(Request.all(NOTE), (row) -> {
			rows.add(row.pk());
			// in batches that follow
			this.engine.execute("update app.note set title = 'written' where id = '" + key(590) + "'");
			this.engine.execute("delete from app.note where id = '" + key(595) + "'");
			this.engine.execute("insert into app.note (id, owner_id) values ('" + key(777) + "', 'ann')");
		});
		assertThat(rows).containsExactly(key(3));
		assertThat(this.engine.query("select count(*) from sync.captured_row")).as("waits still")
			.isNotEqualTo(List.of("0"));
	}

	@Test
	void rowsThatTheApplicationHasGivenToOthersAreNoDifference() {
		fill("app.note");
		fill("app.plain");
		unnoticed("update app.note set owner_id = 'ben' where id = '" + key(1) + "'");
		this.engine.execute("update app.plain set owner_id = 'cleo' where id = '" + key(2) + "'");
		assertThat(differences(new Request(NOTE, "ann", 100))).isEmpty();
		assertThat(differences(new Request(NOTE, "ben", 100))).containsExactly("ben note:1 MISSING_IN_STREAM[]");
		assertThat(differences(Request.all(PLAIN))).isEmpty();
	}

	@Test
	void rowsOfTheApplicationThatNoDeviceKnowsAreNoDifferenceWhereNothingIsCaptured() {
		fill("app.plain");
		fill("app.shared");
		this.engine.execute("insert into app.plain (id, owner_id) values ('" + key(77) + "', 'ann')");
		this.engine.execute("insert into app.shared (id) values ('" + key(77) + "')");
		assertThat(differences(Request.all(PLAIN))).isEmpty();
		assertThat(differences(Request.all(SHARED))).isEmpty();
		this.engine.execute("update app.shared set title = 'other' where id = '" + key(1) + "'");
		this.engine.execute("delete from app.shared where id = '" + key(11) + "'");
		this.ann.delete("app.plain", key(1), 1).upload();
		this.engine.execute("insert into app.plain (id, owner_id) values ('" + key(1) + "', 'ann')");
		assertThat(differences(Request.all(SHARED))).containsExactly("ann shared:1 OTHER_VALUES[title]",
				"ben shared:11 MISSING_IN_TABLE[]");
		assertThat(differences(Request.all(PLAIN))).containsExactly("ann plain:1 MISSING_IN_STREAM[]");
	}

	@Test
	void rowsWhoseFailureIsRecordedAreCounted() {
		this.ann.upsert("app.plain", key(1), 0, "{\"title\":\"bad\"}")
			.upsert("app.plain", key(2), 0, "{\"title\":\"good\"}")
			.upload();
		assertThat(this.ann.failures()).hasSize(1);
		assertThat(this.checks.check(Request.all(PLAIN), (row) -> {
		})).isEqualTo(new Result(1, 1, 0, 1));
	}

	@Test
	void aRowWhoseColumnHasAnotherTypeByNowIsCompared() {
		this.ann.upsert("app.plain", key(1), 0, "{\"title\":\"x\"}").upload();
		this.engine.execute("alter table app.plain drop constraint plain_title_check");
		this.engine.execute("alter table app.plain alter title type integer using 7");
		assertThat(differences(Request.all(PLAIN))).isEmpty();
	}

	@Test
	void manyRowsAreComparedInBatches() {
		for (int i = 0; i < 1300; i++) {
			this.ann.upsert("app.note", new UUID(1, i), 0, "{\"title\":\"t\"}");
		}
		this.ann.upload();
		unnoticed("delete from app.note where id = '" + new UUID(1, 1299) + "'");
		unnoticed(
				"insert into app.note (id, owner_id) select ('00000000-0000-0002-0000-'||lpad(i::text, 12, '0'))::uuid,"
						+ " 'ann' from generate_series(1, 700) i");
		List<String> rows = differences(Request.all(NOTE));
		assertThat(rows).hasSize(701).contains("ann note:1299 MISSING_IN_TABLE[]");
		assertThat(this.checks.check(new Request(NOTE, null, 20), (row) -> {
		}).rows()).as("a sample").isBetween(130L, 400L);
	}

	@Test
	void theStreamHealsTheTableAndTheTableTheStream() {
		fill("app.note");
		unnoticed("delete from app.note where id = '" + key(0) + "'");
		unnoticed("update app.note set title = 'other' where id = '" + key(1) + "'");
		((Rematerialization) this.engine.service()).rematerialize(new Rematerialization.Request(NOTE, null, false));
		assertThat(differences(Request.all(NOTE))).isEmpty();
		assertThat(this.engine.query("select title from app.note where id = '" + key(1) + "'")).containsExactly("t1");
		unnoticed("update app.note set title = 'right' where id = '" + key(1) + "'");
		unnoticed("insert into app.note (id, owner_id, title) values ('" + key(77) + "', 'ann', 'right')");
		assertThat(differences(Request.all(NOTE))).hasSize(2);
		this.engine.execute("update sync.synced_table set capture_generation = capture_generation + 1");
		try (TestEngine next = this.engine.restart("app.note(owner_id)+", "app.plain(owner_id)", "app.shared",
				"app.stored!")) {
			List<Object> rows = new ArrayList<>();
			((SyncChecks) next.service()).check(Request.all(NOTE), rows::add);
			assertThat(rows).isEmpty();
		}
		assertThat(this.ann.stream()).filteredOn((change) -> change.payload().text().contains("right")).hasSize(2);
	}

	@Test
	void tablesThatCannotBeComparedAreNamed() {
		assertThatIllegalStateException().isThrownBy(() -> differences(Request.all(new TableName("app", "stored"))))
			.withMessageContaining("not materialised");
		assertThatIllegalArgumentException().isThrownBy(() -> differences(Request.all(new TableName("app", "unknown"))))
			.withMessageContaining("app.unknown");
		assertThatIllegalArgumentException().isThrownBy(() -> new Request(NOTE, null, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new Request(NOTE, null, 101));
	}

	@Test
	void aSampleIsAnotherOneEachTime() {
		Predicate<UUID> one = CheckRun.sample(50, 1);
		Predicate<UUID> other = CheckRun.sample(50, 2);
		List<UUID> keys = Stream.iterate(0, (i) -> i + 1).limit(1000).map(ChecksIntegrationTests::key).toList();
		assertThat(keys.stream().filter(one)).hasSizeBetween(350, 650);
		assertThat(keys.stream().filter(one.and(other))).hasSizeBetween(100, 450);
	}

}
