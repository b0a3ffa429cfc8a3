/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.oversync.benchmarks.http.Measure.Figure;

/**
 * The speed with growing data: users with histories of several lengths in one database,
 * and one whose history lies among those of many others.
 */
final class GrowthMeasures {

	private static final User SHORT = new User("short-", 10_000);

	private static final User MIDDLE = new User("middle-", 100_000);

	private static final User LONG = new User("long-", 1_000_000);

	private static final User AMONG_OTHERS = new User("mixed-", 10_000);

	private static final int OTHERS = 10_000;

	private static final int CHANGES_OF_OTHERS = 20;

	private static final int BATCH = 1000;

	/**
	 * The requests per second for which the first turn is prepared; later turns follow
	 * the actual number.
	 */
	private static final double FIRST_UPLOADS_PER_SECOND = 50;

	/** The rows of a user after a number of changes. */
	private static final String[] TRIM = { """
			delete from sync.row_version r
			using sync.change c, sync.stream s
			where s.user_id = ? and c.stream_id = s.stream_id and c.server_id > ?
			  and r.table_id = c.table_id and r.pk = c.pk and r.stream_id = c.stream_id""", """
			delete from sync.change c
			using sync.stream s
			where s.user_id = ? and c.stream_id = s.stream_id and c.server_id > ?""", """
			update sync.stream s set head_server_id = n.head
			from (select ? as user_id, ?::bigint as head) n
			where s.user_id = n.user_id""" };

	private GrowthMeasures() {
	}

	static List<Measure> all() {
		List<Figure> figures = List.of(Figure.latency(50, "≤ 1.3"));
		return List.of(new Measure("growth-upload", figures, (bed) -> contest(bed, GrowthMeasures::uploads)),
				new Measure("growth-download", figures, (bed) -> contest(bed, GrowthMeasures::lastPage)));
	}

	private static Contest contest(TestBed bed, Opening opening) throws Exception {
		for (User user : List.of(SHORT, MIDDLE, LONG)) {
			new WrittenHistory().add(user.prefix, 1, user.changes).write(bed);
		}
		new WrittenHistory().add(AMONG_OTHERS.prefix, 1, AMONG_OTHERS.changes)
			.add("other-", OTHERS, CHANGES_OF_OTHERS)
			.write(bed);
		Map<String, Load> loads = new LinkedHashMap<>();
		loads.put(" 100,000", opening.open(bed, MIDDLE));
		loads.put(" 1,000,000", opening.open(bed, LONG));
		loads.put(" 10,000 other users", opening.open(bed, AMONG_OTHERS));
		return new Contest(loads, opening.open(bed, SHORT));
	}

	private static Load lastPage(TestBed bed, User user) throws Exception {
		return DownloadMeasures.pages(bed, user.prefix + 1, user.changes - HttpDevice.PAGE, user.changes, false);
	}

	/**
	 * Uploads new rows and deletes them between the turns: a few seconds would make a
	 * short history long.
	 */
	private static Load uploads(TestBed bed, User user) throws Exception {
		return Load.open(1, FIRST_UPLOADS_PER_SECOND, (number) -> {
			HttpDevice phone = bed.device(user.prefix + number, WrittenHistory.DEVICE).after(user.changes);
			Connection connection = bed.jdbc();
			connection.setAutoCommit(false);
			AtomicBoolean trimmed = new AtomicBoolean(true);
			return new Client(() -> {
				if (!trimmed.getAndSet(true)) {
					for (String sql : TRIM) {
						TestBed.execute(connection, sql, user.prefix + number, user.changes);
					}
					connection.commit();
				}
				Client.Request upload = phone.upload(UploadMeasures.PLAIN, BATCH);
				return () -> {
					trimmed.set(false);
					return upload.send();
				};
			}, connection, phone);
		});
	}

	/**
	 * A user with a history.
	 *
	 * @param prefix of the name, which the number 1 follows
	 * @param changes the length of the history
	 */
	private record User(String prefix, int changes) {

	}

	/** Opens the load of a user. */
	private interface Opening {

		Load open(TestBed bed, User user) throws Exception;

	}

}
