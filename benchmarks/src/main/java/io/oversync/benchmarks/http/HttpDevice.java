/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;

import io.oversync.benchmarks.http.server.BenchTokens;

/**
 * A device on a connection of its own, as the bytes of its requests.
 */
final class HttpDevice implements AutoCloseable {

	static final int PAGE = 1000;

	private static final byte[] APPLIED = ascii("\"applied\"");

	private static final byte[] CONFLICT = ascii("\"conflict\"");

	private final HttpConnection connection;

	private final String token;

	private long changes;

	/**
	 * Creates a device without uploads.
	 * @param connection closed with the device
	 * @param user the user
	 * @param device the name of the device
	 */
	HttpDevice(HttpConnection connection, String user, String device) {
		this.connection = connection;
		this.token = BenchTokens.sign(user, device);
	}

	/** Sets the number of the next change, behind those of earlier uploads. */
	HttpDevice after(long earlierChanges) {
		this.changes = earlierChanges;
		return this;
	}

	/** Returns a client of this device alone. */
	Client client(Callable<Client.Request> requests) {
		return new Client(requests, this);
	}

	/** Returns a client that repeats a request. */
	Client client(Client.Request request) {
		return client(() -> request);
	}

	/** Returns an upload of new rows with random keys. */
	Client.Request upload(String table, int rows) {
		return upload(table, BenchRow.random(rows, BenchRow::key), 0);
	}

	/**
	 * Returns an upload that inserts rows.
	 * @param table a table of the schema {@code bench}
	 * @param rows the rows
	 * @param conflicts the number of rows that the server has already
	 */
	Client.Request upload(String table, List<BenchRow> rows, int conflicts) {
		StringBuilder body = new StringBuilder("{\"last_server_seq_seen\":0,\"changes\":[");
		for (BenchRow row : rows) {
			this.changes++;
			body.append("{\"source_change_id\":")
				.append(this.changes)
				.append(",\"schema\":\"bench\",\"table\":\"")
				.append(table)
				.append("\",\"op\":\"INSERT\",\"pk\":\"")
				.append(row.id())
				.append("\",\"server_version\":0,\"payload\":")
				.append(row.payload())
				.append("},");
		}
		body.setCharAt(body.length() - 1, ']');
		return request(post("/sync/upload", body + "}"), rows.size(),
				() -> this.connection.count(APPLIED) == rows.size() - conflicts
						&& this.connection.count(CONFLICT) == conflicts);
	}

	/** Returns a request of the naive back end that writes a row. */
	Client.Request save(BenchRow row) {
		return request(post("/naive", row.payload()), 1, () -> true);
	}

	/**
	 * Switches the engine's meters.
	 * @return the processor time of the server until now, in nanoseconds
	 */
	long switchMeters(boolean on) throws Exception {
		request(get("/meters?on=" + on, ""), 1, () -> true).send();
		return Long.parseLong(this.connection.body());
	}

	/** Returns a request with an empty answer. */
	Client.Request empty() {
		return request(get("/empty", ""), 1, () -> true);
	}

	/**
	 * Returns the request of a page.
	 * @param after the cursor
	 * @param limit the most changes
	 * @param word a word that the page has as often as there are changes in it
	 * @param changes the number of changes
	 */
	Client.Request page(long after, int limit, String word, int changes) {
		byte[] bytes = ascii(word);
		return request(page(after, limit, false), changes, () -> this.connection.count(bytes) == changes);
	}

	/**
	 * Returns the requests of full pages, one after the other, and from the first again
	 * after the last. The first answer is read, the others have to be about as long.
	 * @param first the cursor of the first page
	 * @param end the last change
	 * @param gzip whether the answers may be compressed
	 */
	Callable<Client.Request> pages(long first, long end, boolean gzip) throws IOException {
		int shortest = check(page(first, PAGE, gzip), gzip) / 2;
		FullPages cursors = new FullPages(first, end);
		return () -> request(page(cursors.next(), PAGE, gzip), PAGE, () -> this.connection.length() >= shortest);
	}

	private int check(byte[] request, boolean gzip) throws IOException {
		int status = this.connection.exchange(request);
		try (InputStream body = gzip ? new GZIPInputStream(this.connection.stream()) : this.connection.stream()) {
			String page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
			if (status != 200 || page.split("\\{\"server_id\":", -1).length - 1 != PAGE) {
				throw new IllegalStateException("Answered " + status + ": " + page);
			}
		}
		return this.connection.length();
	}

	private Client.Request request(byte[] request, int items, BooleanSupplier answerIsRight) {
		return () -> {
			int status = this.connection.exchange(request);
			if (status != 200 || !answerIsRight.getAsBoolean()) {
				throw new IllegalStateException("Answered " + status + ": " + this.connection.body());
			}
			return items;
		};
	}

	private byte[] page(long after, int limit, boolean gzip) {
		return get("/sync/download?after=" + after + "&limit=" + limit, gzip ? "Accept-Encoding: gzip\r\n" : "");
	}

	private byte[] get(String path, String headers) {
		return ascii("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + this.token + "\r\n"
				+ headers + "\r\n");
	}

	private byte[] post(String path, String body) {
		return ascii("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + this.token
				+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	public void close() throws IOException {
		this.connection.close();
	}

}
