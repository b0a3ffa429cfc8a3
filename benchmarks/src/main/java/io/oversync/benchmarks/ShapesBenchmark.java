/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;

/**
 * The time for which uploads of 1,000, 10,000 and 50,000 changes hold the user's lock,
 * and its growth, for each {@link UploadShape}. A shape that takes too long is not
 * measured at larger sizes.
 */
final class ShapesBenchmark {

	private static final int[] SIZES = { 1_000, 10_000, 50_000 };

	/** Larger sizes are left out after an upload that took as long as this. */
	private static final double MAX_MILLIS = 10_000;

	/**
	 * Measures shapes.
	 * @param names parts of the names of the shapes to measure, none for all
	 */
	void run(List<String> names) throws Exception {
		try (Bench bench = Bench.start(UploadShape.DDL,
				UploadShape.TABLES.stream().map((table) -> new TableName("app", table)).toList())) {
			for (int i = 0; i < 3; i++) {
				UploadShape.all().forEach((shape) -> measure(bench, shape, 100));
			}
			System.out.printf("%-55s %10s %10s %10s %8s %8s%n", "ms", "1,000", "10,000", "50,000", "x10", "x5");
			for (UploadShape shape : UploadShape.all()) {
				if (names.isEmpty() || names.stream().anyMatch(shape.name()::contains)) {
					print(shape.name(), measure(bench, shape));
				}
			}
		}
	}

	private static List<Double> measure(Bench bench, UploadShape shape) {
		List<Double> millis = new ArrayList<>();
		for (int size : SIZES) {
			millis.add(measure(bench, shape, size));
			if (millis.get(millis.size() - 1) > MAX_MILLIS) {
				break;
			}
		}
		return millis;
	}

	private static double measure(Bench bench, UploadShape shape, int size) {
		bench.sql(
				"truncate app.parent, app.cascading, app.nulled, app.strict, app.node, app.twig, app.invoice, sync.change,"
						+ " sync.row_version, sync.materialize_failures, sync.restore, sync.source, sync.stream");
		SyncActor phone = new SyncActor("ann", "phone");
		UploadShape.Changes before = new UploadShape.Changes(1_000_000);
		shape.before().accept(before, size);
		upload(bench, phone, before);
		UploadShape.Changes measured = new UploadShape.Changes(2_000_000);
		shape.measured().accept(measured, size);
		return upload(bench, phone, measured);
	}

	private static double upload(Bench bench, SyncActor phone, UploadShape.Changes changes) {
		if (changes.list().isEmpty()) {
			return 0;
		}
		long start = System.nanoTime();
		bench.service().upload(phone, new UploadRequest(0, changes.list()));
		return (System.nanoTime() - start) / 1e6;
	}

	private static void print(String name, List<Double> millis) {
		StringBuilder line = new StringBuilder("%-55s".formatted(name));
		for (int i = 0; i < SIZES.length; i++) {
			line.append((i < millis.size()) ? " %10.0f".formatted(millis.get(i)) : " %10s".formatted("-"));
		}
		for (int i = 1; i < SIZES.length; i++) {
			line.append((i < millis.size()) ? " %8.1f".formatted(millis.get(i) / millis.get(i - 1))
					: " %8s".formatted("-"));
		}
		System.out.println(line);
	}

}
