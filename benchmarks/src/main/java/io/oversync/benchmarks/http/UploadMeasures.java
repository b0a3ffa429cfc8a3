/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.util.Collections;
import java.util.List;

import io.oversync.benchmarks.http.Measure.Figure;

/**
 * The speed of uploads.
 */
final class UploadMeasures {

	static final String PLAIN = "plain";

	static final String TYPED = "typed";

	private static final String USERS = "user-";

	private static final String PHONE = "phone";

	/** Enough that an upload does not meet the rows of the one before. */
	private static final int KNOWN_PER_CONFLICT = 10;

	/**
	 * The requests per second for which the first turn is prepared; later turns follow
	 * the actual number.
	 */
	private static final double FIRST_CHANGES_PER_SECOND = 50_000;

	private static final double FIRST_REQUESTS_PER_SECOND = 4_000;

	private UploadMeasures() {
	}

	static List<Measure> all() {
		return List.of(
				new Measure("upload-1000x4", List.of(Figure.rate("≥ 0.8")),
						(bed) -> new Contest(uploads(bed, USERS, PLAIN, 4, 1000), bare(bed, USERS, false, 4, 1000))),
				new Measure("typed-1000x4", List.of(Figure.rate("≥ 0.6")),
						(bed) -> new Contest(uploads(bed, USERS, TYPED, 4, 1000), bare(bed, USERS, true, 4, 1000))),
				new Measure("upload-100x1", List.of(Figure.rate("≥ 0.5")),
						(bed) -> new Contest(uploads(bed, USERS, PLAIN, 1, 100), bare(bed, USERS, false, 1, 100))),
				new Measure("upload-1", List.of(Figure.latency(50, "≤ 2.0"), Figure.latency(99, "≤ 2.0")),
						(bed) -> new Contest(uploads(bed, USERS, PLAIN, 1, 1),
								open(1, 1, (number) -> BareInserts.single(bed.jdbc(), USERS + number)))),
				new Measure("naive-1", List.of(Figure.latency(50, "≤ 1.1"), Figure.latency(99,
						"-")), (bed) -> new Contest(shared(bed, 1, 1), naive(bed, 1, 1))),
				new Measure(
						"naive-1x64", List.of(Figure.rate("≥ 1.0, ≥ 1,600/s"), Figure.latency(99,
								"-")),
						(bed) -> new Contest(shared(bed, 64, 8), naive(bed, 64, 8))),
				new Measure("conflicts-10", List.of(Figure.rate("≥ 0.8")),
						(bed) -> new Contest(
								open(4, 1000, (number) -> conflicts(bed, "late-" + number, 1000, 100)), uploads(bed,
										USERS, PLAIN, 4, 1000))),
				new Measure("replays-100", List.of(Figure.rate("≥ 0.8")),
						(bed) -> new Contest(open(4, 1000, (number) -> replays(bed, "again-" + number, 1000)),
								uploads(bed, USERS, PLAIN, 4, 1000))));
	}

	/**
	 * Opens uploads of new rows.
	 * @param users prefix of the names of users that were not used before
	 * @param table a table of the schema {@code bench}
	 * @param batch rows of an upload
	 */
	static Load uploads(TestBed bed, String users, String table, int connections, int batch) throws Exception {
		return open(connections, batch, (number) -> uploads(bed, users + number, table, batch));
	}

	private static Client uploads(TestBed bed, String user, String table, int batch) throws IOException {
		HttpDevice phone = bed.device(user, PHONE);
		return phone.client(() -> phone.upload(table, batch));
	}

	/**
	 * Opens the inserts of the same.
	 * @param users prefix of the names of users that were not used before
	 * @param materialize whether a business table is written to, too
	 * @param batch rows of a transaction
	 */
	static Load bare(TestBed bed, String users, boolean materialize, int connections, int batch) throws Exception {
		return open(connections, batch,
				(number) -> BareInserts.batches(bed.jdbc(), users + number, batch, materialize));
	}

	/** New rows, with some among them that the server already has. */
	private static Client conflicts(TestBed bed, String user, int batch, int conflicts) throws Exception {
		HttpDevice phone = bed.device(user, PHONE);
		List<BenchRow> known = BenchRow.random(conflicts * KNOWN_PER_CONFLICT, BenchRow::key);
		phone.upload(PLAIN, known, 0).send();
		return phone.client(() -> {
			Collections.rotate(known, conflicts);
			List<BenchRow> rows = BenchRow.random(batch, BenchRow::key);
			for (int i = 0; i < conflicts; i++) {
				rows.set(i * batch / conflicts, known.get(i));
			}
			return phone.upload(PLAIN, rows, conflicts);
		});
	}

	/** Uploads that are sent a second time. */
	private static Client replays(TestBed bed, String user, int batch) throws IOException {
		HttpDevice phone = bed.device(user, PHONE);
		return phone.client(() -> {
			Client.Request upload = phone.upload(PLAIN, batch);
			upload.send();
			return upload;
		});
	}

	/** Each connection is a device of its own. */
	private static Load shared(TestBed bed, int connections, int users) throws Exception {
		return open(connections, 1, (number) -> {
			HttpDevice device = bed.device(USERS + number % users, "device-" + number);
			return device.client(() -> device.upload(TYPED, 1));
		});
	}

	/**
	 * The back end of an application without sync: no stream, no versions, no retries.
	 */
	private static Load naive(TestBed bed, int connections, int users) throws Exception {
		return open(connections, 1, (number) -> {
			HttpDevice device = bed.device(USERS + number % users, "device-" + number);
			return device.client(() -> device.save(BenchRow.random(BenchRow.key())));
		});
	}

	private static Load open(int connections, int batch, Load.Opening opening) throws Exception {
		return Load.open(connections,
				Math.min(FIRST_REQUESTS_PER_SECOND, FIRST_CHANGES_PER_SECOND / (connections * batch)), opening);
	}

}
