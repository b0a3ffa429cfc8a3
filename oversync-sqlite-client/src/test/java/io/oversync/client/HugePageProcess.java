/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.oversync.client.http.SyncHttp;

/**
 * A process with little memory that downloads one page of large rows.
 */
final class HugePageProcess {

	private static final Pattern AFTER = Pattern.compile("after=(\\d+)");

	private static final int ROWS = 40;

	private static final byte[] TEXT = "0123456789abcdef".repeat(4 * 1024 * 1024 / 16).getBytes(StandardCharsets.UTF_8);

	private HugePageProcess() {
	}

	public static void main(String[] args) throws SQLException {
		Path file = Path.of(args[0]);
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE TABLE note (id TEXT PRIMARY KEY, title TEXT)");
		}
		try (SyncClient client = SyncClient.builder()
			.database(file)
			.server(ModelServer.URL)
			.http(HugePageProcess::page)
			.token(() -> "ann/phone")
			.user("ann")
			.device("phone")
			.schema("app")
			.tables("note")
			.open()) {
			System.out.println("synced " + client.sync().download().downloaded() + " rows");
			System.out.println("hydrated " + client.hydrate().downloaded() + " rows");
		}
	}

	private static SyncHttp.Response page(SyncHttp.Request request) {
		Matcher after = AFTER.matcher(String.valueOf(request.uri().getQuery()));
		int seen = after.find() ? Integer.parseInt(after.group(1)) : ROWS;
		Stream<InputStream> rows = IntStream.range(seen, ROWS).boxed().flatMap((number) -> row(number, number == seen));
		String end = "],\"has_more\":false,\"next_after\":40,\"window_until\":40}";
		Iterator<InputStream> parts = Stream.of(Stream.of(bytes("{\"changes\":[")), rows, Stream.of(bytes(end)))
			.flatMap((part) -> part)
			.iterator();
		return new SyncHttp.Response(200, Map.of(), new SequenceInputStream(new Enumeration<>() {

			@Override
			public boolean hasMoreElements() {
				return parts.hasNext();
			}

			@Override
			public InputStream nextElement() {
				return parts.next();
			}

		}));
	}

	private static Stream<InputStream> row(int number, boolean first) {
		String key = "00000000-0000-0000-0000-%012d".formatted(number);
		String head = (first ? "" : ",") + "{\"server_id\":" + (number + 1)
				+ ",\"schema\":\"app\",\"table\":\"note\",\"op\":\"INSERT\",\"pk\":\"" + key
				+ "\",\"payload\":{\"id\":\"" + key + "\",\"title\":\"";
		String tail = "\"},\"server_version\":1,\"deleted\":false,\"source_id\":\"web\",\"source_change_id\":1,"
				+ "\"ts\":\"2026-01-01T00:00:00Z\"}";
		return Stream.of(bytes(head), new ByteArrayInputStream(TEXT), bytes(tail));
	}

	private static InputStream bytes(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

}
