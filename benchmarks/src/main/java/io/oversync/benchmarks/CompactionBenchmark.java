/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oversync.benchmarks.report.Samples;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.service.StreamCompaction;
import io.oversync.service.StreamCompaction.Result;

/**
 * What a compaction leaves of 2,000 rows that were updated ten times and of 1,000,000
 * changes of 10,000 rows, in comparison with the same rows written once; and uploads of
 * the user beside it.
 */
final class CompactionBenchmark {

	private static final int BATCH = 1000;

	private static final Retention NONE = new Retention(Duration.ZERO, Duration.ZERO);

	private static final String BODY = "x".repeat(150);

	void run(int rows, int rounds) throws Exception {
		try (Bench bench = Bench.start()) {
			small(bench);
			clear(bench);
			SyncActor once = new SyncActor("once", "phone");
			write(bench, once, keys(rows), 1);
			vacuum(bench);
			long base = size(bench);
			clear(bench);
			SyncActor ann = new SyncActor("ann", "phone");
			UUID[] keys = keys(rows);
			write(bench, ann, keys, rounds);
			long grown = size(bench);
			Samples alone = uploads(bench, new AtomicBoolean(), 300);
			StreamCompaction compaction = ((SyncEngine) bench.service()).compaction(NONE);
			AtomicBoolean done = new AtomicBoolean();
			Samples[] beside = new Samples[1];
			Thread uploading = new Thread(() -> beside[0] = uploads(bench, done, Integer.MAX_VALUE));
			uploading.start();
			long start = System.nanoTime();
			Result result = compaction.compact("ann");
			System.out.printf("%s%n%.1f s with uploads beside%n", result, (System.nanoTime() - start) / 1e9);
			done.set(true);
			uploading.join();
			while (result.removed() > 0) {
				result = compaction.compact("ann");
				System.out.println(result);
			}
			print("uploads alone", alone);
			print("uploads beside", beside[0]);
			long deleted = size(bench);
			vacuum(bench);
			System.out.printf(
					"%,d changes of %,d rows: sync %,d bytes, %,d after the compaction, %,d after vacuum full;"
							+ " written once %,d, ratio %.2f%n",
					(long) rows * rounds, rows, grown, deleted, size(bench), base, (double) size(bench) / base);
			write(bench, once, keys(rows), 1);
			vacuum(bench);
			hydrations(bench);
		}
	}

	private static void clear(Bench bench) {
		bench.sql("truncate sync.change, sync.row_version, sync.source, sync.stream, sync.device, sync.compaction,"
				+ " app.parent cascade");
	}

	private static void small(Bench bench) {
		write(bench, new SyncActor("few", "phone"), keys(2000), 11);
		write(bench, new SyncActor("few-once", "phone"), keys(2000), 1);
		Hydration before = hydrate(bench, "few");
		Result result = ((SyncEngine) bench.service()).compaction(NONE).compact("few");
		Hydration after = hydrate(bench, "few");
		Hydration once = hydrate(bench, "few-once");
		System.out.printf(
				"%s%n2,000 rows, 10 updates: a new device reads %,d bytes, compacted %,d; written once %,d,"
						+ " ratio %.3f%n",
				result, before.bytes, after.bytes, once.bytes, (double) after.bytes / once.bytes);
	}

	private static UUID[] keys(int rows) {
		return Bench.keys(rows);
	}

	private static void write(Bench bench, SyncActor actor, UUID[] keys, int rounds) {
		long id = 1;
		for (int round = 0; round < rounds; round++) {
			for (int i = 0; i < keys.length; i += BATCH) {
				List<UploadChange> batch = new ArrayList<>(BATCH);
				for (int row = i; row < Math.min(i + BATCH, keys.length); row++) {
					batch.add(change(id++, keys[row], round));
				}
				bench.upload(actor, batch);
			}
		}
	}

	private static UploadChange change(long id, UUID pk, long version) {
		return new UploadChange(id, Bench.PARENT.schema(), Bench.PARENT.table(), "UPDATE", pk.toString(), version,
				Payload.of("{\"id\":\"" + pk + "\",\"name\":\"n" + id + "\",\"body\":\"" + BODY + "\"}"));
	}

	/** Uploads of one row each, by another device of the user. */
	private static Samples uploads(Bench bench, AtomicBoolean done, int most) {
		Samples millis = new Samples();
		UUID row = UUID.randomUUID();
		SyncActor tablet = new SyncActor("ann", "tablet-" + row);
		for (int i = 0; i < most && !done.get(); i++) {
			millis.add(bench.upload(tablet, List.of(change(i + 1, row, i))));
		}
		return millis;
	}

	private static void print(String name, Samples millis) {
		System.out.printf("%-20s %5d: median %.1f ms, p99 %.1f, longest %.1f%n", name, millis.size(), millis.median(),
				millis.percentile(99), millis.highest());
	}

	private static void vacuum(Bench bench) {
		for (String table : List.of("sync.change", "sync.row_version", "sync.stream")) {
			bench.sql("vacuum full analyze " + table);
		}
	}

	private static long size(Bench bench) {
		return bench.number("""
				select sum(pg_total_relation_size(c.oid))::bigint from pg_class c
				where c.relnamespace = 'sync'::regnamespace and c.relkind = 'r'""");
	}

	/** In turn, after some to warm up. */
	private static void hydrations(Bench bench) {
		Samples compacted = new Samples();
		Samples once = new Samples();
		for (int round = 0; round < 30; round++) {
			if (round == 10) {
				compacted.clear();
				once.clear();
			}
			compacted.add(read(bench, "ann").millis);
			once.add(read(bench, "once").millis);
		}
		Bench.print("a new device, written once", once, once);
		Bench.print("a new device, compacted", compacted, once);
	}

	private static Hydration hydrate(Bench bench, String user) {
		Hydration best = read(bench, user);
		for (int i = 0; i < 4; i++) {
			Hydration next = read(bench, user);
			best = (next.millis < best.millis) ? next : best;
		}
		return best;
	}

	private static Hydration read(Bench bench, String user) {
		long[] read = new long[2];
		long after = 0;
		long start = System.nanoTime();
		DownloadWindow window;
		do {
			window = bench.service()
				.download(new SyncActor(user, "new"), new DownloadRequest(after, 1000, null, true, 0), (change) -> {
					read[0]++;
					read[1] += 300 + ((change.payload() != null) ? change.payload().utf8().length : 0);
				});
			after = window.nextAfter();
		}
		while (window.hasMore());
		return new Hydration(read[0], read[1], (System.nanoTime() - start) / 1e6);
	}

	private record Hydration(long entries, long bytes, double millis) {
	}

}
