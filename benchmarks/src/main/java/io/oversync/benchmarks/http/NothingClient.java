/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What a poll cannot do without: one statement of PostgreSQL and, after it, one request
 * of the server, both for nothing.
 */
final class NothingClient implements Client<byte[]> {

	private final Connection jdbc;

	private final PreparedStatement statement;

	private final HttpConnection http;

	private final byte[] request;

	NothingClient(Connection jdbc, HttpConnection http, Downloader device) throws SQLException {
		this.jdbc = jdbc;
		this.statement = jdbc.prepareStatement("select 1");
		this.http = http;
		this.request = device.empty();
	}

	@Override
	public byte[] prepare() {
		return this.request;
	}

	@Override
	public int send(byte[] request) throws SQLException, IOException {
		try (ResultSet resultSet = this.statement.executeQuery()) {
			resultSet.next();
		}
		int status = this.http.exchange(request);
		if (status != 200) {
			throw new IllegalStateException("Answered " + status + ": " + this.http.body());
		}
		return 1;
	}

	@Override
	public void close() throws SQLException, IOException {
		try (this.jdbc) {
			this.http.close();
		}
	}

}
