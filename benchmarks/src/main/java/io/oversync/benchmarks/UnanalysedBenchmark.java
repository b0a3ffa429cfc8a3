/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.benchmarks.report.Samples;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;

/**
 * A 1,000-change upload into 200,000 rows that were loaded without ANALYZE, against the
 * same after ANALYZE.
 */
final class UnanalysedBenchmark {

	private static final int ROWS = 200_000;

	private static final int BATCH = 1000;

	private static final int ROUNDS = 9;

	private static final SyncActor PHONE = new SyncActor("ann", "phone");

	private long nextId = 10_000_000;

	private int nextRow;

	void run() throws Exception {
		try (Bench bench = Bench.start()) {
			UUID[] keys = Bench.keys(ROWS);
			bench.upload(PHONE, List.of(Bench.insert(1, Bench.PARENT, UUID.randomUUID(), "")));
			for (String table : List.of("sync.change", "sync.row_version", "app.parent", "app.child")) {
				bench.sql("alter table " + table + " set (autovacuum_enabled = false)");
			}
			load(bench, keys);
			List<Samples> fresh = measure(bench, keys);
			bench.sql("analyze");
			List<Samples> analysed = measure(bench, keys);
			String[] names = { "insert", "update", "insert children" };
			for (int i = 0; i < names.length; i++) {
				Samples base = analysed.get(i);
				Bench.print(names[i] + ", analysed", base, base);
				Bench.print(names[i] + ", without statistics", fresh.get(i), base);
			}
		}
	}

	private static void load(Bench bench, UUID[] keys) {
		StringBuilder array = new StringBuilder();
		for (UUID key : keys) {
			array.append((array.length() == 0) ? "" : ",").append(key);
		}
		bench.sql("create table app.loaded as select k, n from unnest('{" + array
				+ "}'::uuid[]) with ordinality as u(k, n)");
		bench
			.sql("""
					insert into sync.change (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
					select c.stream_id, 1 + n, c.source_no, 1000 + n, 1, c.table_id, 'I', k, c.payload
					from (select * from sync.change limit 1) c, app.loaded""");
		bench.sql("""
				insert into sync.row_version (table_id, pk, stream_id, version, server_id, deleted)
				select table_id, pk, stream_id, version, server_id, false from sync.change where server_id > 1""");
		bench.sql("insert into app.parent select k, 'ann', 'n', 'b' from app.loaded");
		bench.sql("insert into app.child select k, 'ann', 'b', k from app.loaded");
		bench.sql("update sync.stream set head_server_id = " + (keys.length + 1));
	}

	private List<Samples> measure(Bench bench, UUID[] keys) {
		List<Samples> millis = List.of(new Samples(), new Samples(), new Samples());
		for (int round = 0; round <= ROUNDS; round++) {
			List<UploadChange> inserts = new ArrayList<>();
			List<UploadChange> updates = new ArrayList<>();
			List<UploadChange> children = new ArrayList<>();
			for (int i = 0; i < BATCH; i++) {
				UUID key = keys[this.nextRow++];
				inserts.add(Bench.insert(this.nextId++, Bench.PARENT, UUID.randomUUID(), ""));
				updates.add(Bench.update(this.nextId++, Bench.PARENT, key, ""));
				children
					.add(Bench.insert(this.nextId++, Bench.CHILD, UUID.randomUUID(), ",\"parent_id\":\"" + key + "\""));
			}
			double[] round3 = { bench.upload(PHONE, inserts), bench.upload(PHONE, updates),
					bench.upload(PHONE, children) };
			for (int i = 0; i < round3.length && round > 0; i++) {
				millis.get(i).add(round3[i]);
			}
		}
		return millis;
	}

}
