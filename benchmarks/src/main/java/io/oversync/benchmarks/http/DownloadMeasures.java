/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import io.oversync.benchmarks.http.Measure.Figure;

/**
 * The speed of downloads and of polls that find nothing new.
 */
final class DownloadMeasures {

	private static final String TABLET = "tablet";

	private static final int MANY = 200_000;

	private static final int FEW = 20;

	/**
	 * The requests per second for which the first turn is prepared; later turns follow
	 * the actual number.
	 */
	private static final double FIRST_PAGES_PER_SECOND = 500;

	private static final double FIRST_REQUESTS_PER_SECOND = 10_000;

	private static final String NOTHING = "\"changes\":[]";

	private static final String ONE_CHANGE = "\"has_more\":false,\"next_after\":1,";

	private DownloadMeasures() {
	}

	static List<Measure> all() {
		return List.of(new Measure("download-1", List.of(Figure.latency(50, "≤ 1.3")), (bed) -> {
			new WrittenHistory().add("user-", 1, 1).write(bed);
			return new Contest(poll(bed, "user-1", TABLET, 0, ONE_CHANGE), nothing(bed, "user-1"));
		}), new Measure("download-1000", List.of(Figure.rate("≥ 0.5, ≥ 200,000/s")), (bed) -> pages(bed, false)),
				new Measure("download-1000-gzip", List.of(Figure.rate("≥ 80,000/s")), (bed) -> pages(bed, true)),
				new Measure("poll-empty", List.of(Figure.latency(50, "≤ 1.5")), (bed) -> {
					writeBusyAndQuiet(bed);
					return new Contest(poll(bed, "busy-1", TABLET, MANY, NOTHING), nothing(bed, "busy-1"));
				}), new Measure("poll-own", List.of(Figure.latency(50, "≤ 1.3")), (bed) -> pollOwn(bed, MANY)),
				new Measure("poll-own-first", List.of(Figure.latency(50, "-")), (bed) -> pollOwn(bed, 0)));
	}

	private static Contest pages(TestBed bed, boolean gzip) throws Exception {
		new WrittenHistory().add("user-", 1, MANY).write(bed);
		return new Contest(pages(bed, "user-1", 0, MANY, gzip),
				Load.open(1, FIRST_PAGES_PER_SECOND, (number) -> pageQueries(bed.jdbc(), "user-1", MANY)));
	}

	/** Opens the full pages between two changes of a user, round and round. */
	static Load pages(TestBed bed, String user, long first, long end, boolean gzip) throws Exception {
		return Load.open(1, FIRST_PAGES_PER_SECOND, (number) -> {
			HttpDevice tablet = bed.device(user, TABLET);
			return tablet.client(tablet.pages(first, end, gzip));
		});
	}

	private static Contest pollOwn(TestBed bed, long after) throws Exception {
		writeBusyAndQuiet(bed);
		return new Contest(poll(bed, "busy-1", WrittenHistory.DEVICE, after, NOTHING),
				poll(bed, "quiet-1", TABLET, FEW, NOTHING));
	}

	private static void writeBusyAndQuiet(TestBed bed) throws SQLException {
		new WrittenHistory().add("busy-", 1, MANY).add("quiet-", 1, FEW).write(bed);
	}

	/** Requests the same few changes again and again. */
	private static Load poll(TestBed bed, String user, String name, long after, String expected) throws Exception {
		return Load.open(1, FIRST_REQUESTS_PER_SECOND, (number) -> {
			HttpDevice device = bed.device(user, name);
			return device.client(device.page(after, HttpDevice.PAGE, expected, 1));
		});
	}

	/**
	 * A poll needs at least one statement of PostgreSQL and, after it, one request of the
	 * server, both for nothing.
	 */
	private static Load nothing(TestBed bed, String user) throws Exception {
		return Load.open(1, FIRST_REQUESTS_PER_SECOND, (number) -> {
			Connection jdbc = bed.jdbc();
			PreparedStatement select = jdbc.prepareStatement("select 1");
			HttpDevice tablet = bed.device(user, TABLET);
			Client.Request empty = tablet.empty();
			return new Client(() -> () -> {
				select.executeQuery().next();
				return empty.send();
			}, jdbc, tablet);
		});
	}

	/**
	 * PostgreSQL alone: the server's query for a page, planned as there, whose rows are
	 * received and discarded.
	 */
	private static Client pageQueries(Connection connection, String user, long changes) throws SQLException {
		TestBed.execute(connection, "SET enable_bitmapscan = off; SET enable_sort = off");
		PreparedStatement page = connection.prepareStatement("""
				SELECT c.server_id, t.schema_name, t.table_name, c.op, c.pk, c.payload::text AS payload, c.version,
				       d.source_id, c.source_change_id, c.ts
				FROM (
				  SELECT * FROM sync.change c
				  WHERE c.stream_id = (SELECT s.stream_id FROM sync.stream s WHERE s.user_id = ?)
				    AND c.server_id > ? AND c.server_id <= ? AND c.source_no <> -1
				  ORDER BY c.server_id
				  LIMIT ?) c
				JOIN sync.synced_table t ON t.table_id = c.table_id
				JOIN sync.source d ON d.stream_id = c.stream_id AND d.source_no = c.source_no
				ORDER BY c.server_id""");
		page.setString(1, user);
		page.setLong(3, changes);
		page.setInt(4, HttpDevice.PAGE);
		FullPages cursors = new FullPages(0, changes);
		return new Client(() -> {
			long after = cursors.next();
			return () -> count(page, after);
		}, connection);
	}

	private static int count(PreparedStatement page, long after) throws SQLException {
		page.setLong(2, after);
		int rows = 0;
		try (ResultSet resultSet = page.executeQuery()) {
			while (resultSet.next()) {
				rows++;
			}
		}
		if (rows != HttpDevice.PAGE) {
			throw new IllegalStateException("A page of " + rows + " rows after " + after);
		}
		return rows;
	}

}
