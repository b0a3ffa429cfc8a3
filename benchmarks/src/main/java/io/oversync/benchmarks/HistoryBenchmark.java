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
 * 1,000-change uploads of one device after 0, 30,000 and 200,000 earlier changes of it,
 * next to 2,000 other users. Each point is measured beside a device without a history, in
 * turn.
 */
final class HistoryBenchmark {

	private static final int USERS = 2000;

	private static final int BATCH = 1000;

	private static final int ROUNDS = 9;

	private static final SyncActor PHONE = new SyncActor("ann", "phone");

	private long nextId = 1;

	private int changes;

	private int strangers;

	void run() throws Exception {
		try (Bench bench = Bench.start()) {
			for (int i = 0; i < USERS; i++) {
				bench.upload(new SyncActor("user-" + i, "phone"), batch(20));
			}
			for (int i = 0; i < 10; i++) {
				stranger(bench);
			}
			for (int history : new int[] { 0, 30_000, 200_000 }) {
				while (this.changes < history) {
					phone(bench);
				}
				Samples millis = new Samples();
				Samples base = new Samples();
				for (int round = 0; round < ROUNDS; round++) {
					base.add(stranger(bench));
					millis.add(phone(bench));
				}
				Bench.print("a new device", base, base);
				Bench.print("after " + history + " changes", millis, base);
			}
		}
	}

	private double phone(Bench bench) {
		this.changes += BATCH;
		return bench.upload(PHONE, batch(BATCH));
	}

	private double stranger(Bench bench) {
		return bench.upload(new SyncActor("stranger-" + this.strangers++, "phone"), batch(BATCH));
	}

	private List<UploadChange> batch(int size) {
		List<UploadChange> batch = new ArrayList<>(size);
		for (int i = 0; i < size; i++) {
			batch.add(Bench.insert(this.nextId++, Bench.PARENT, UUID.randomUUID(), ""));
		}
		return batch;
	}

}
