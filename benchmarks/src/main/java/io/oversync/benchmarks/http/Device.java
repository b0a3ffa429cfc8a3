/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.oversync.benchmarks.http.server.Tokens;

/**
 * A device that uploads rows of one table.
 */
final class Device {

	private final String table;

	private final String token;

	private long changes;

	/**
	 * Creates the device.
	 * @param user the user, who has only this one
	 * @param table a table of the schema {@code bench}
	 */
	Device(String user, String table) {
		this(user, table, 0);
	}

	/**
	 * Creates a device that is not new.
	 * @param user the user, who has only this one
	 * @param table a table of the schema {@code bench}
	 * @param changes how many it has uploaded before
	 */
	Device(String user, String table, long changes) {
		this(user, History.DEVICE, table, changes);
	}

	/**
	 * Creates one of several devices of a user.
	 * @param user the user
	 * @param device its name
	 * @param table a table of the schema {@code bench}
	 * @param changes how many it has uploaded before
	 */
	Device(String user, String device, String table, long changes) {
		this.table = table;
		this.token = Tokens.sign(user, device);
		this.changes = changes;
	}

	/**
	 * Makes an upload that inserts rows.
	 * @param rows the rows
	 * @param known how many of them the server has already, each a conflict
	 */
	Upload upload(List<Row> rows, int known) {
		StringBuilder body = new StringBuilder("{\"last_server_seq_seen\":0,\"changes\":[");
		for (Row row : rows) {
			this.changes++;
			body.append("{\"source_change_id\":")
				.append(this.changes)
				.append(",\"schema\":\"bench\",\"table\":\"")
				.append(this.table)
				.append("\",\"op\":\"INSERT\",\"pk\":\"")
				.append(row.id())
				.append("\",\"server_version\":0,\"payload\":")
				.append(row.payload())
				.append("},");
		}
		body.setCharAt(body.length() - 1, ']');
		body.append('}');
		return new Upload(post("/sync/upload", body.toString()), rows.size(), known);
	}

	/**
	 * Makes a request of the naive back end that writes a row.
	 * @param row the row
	 */
	byte[] save(Row row) {
		return post("/naive", row.payload());
	}

	private byte[] post(String path, String body) {
		return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + this.token
				+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
			.getBytes(StandardCharsets.US_ASCII);
	}

}
