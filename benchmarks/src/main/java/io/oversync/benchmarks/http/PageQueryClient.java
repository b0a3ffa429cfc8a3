/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What PostgreSQL alone could do: the server's query for a page, whose rows are received
 * and not looked at.
 */
final class PageQueryClient implements Client<Long> {

	private static final String PAGE = """
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
			ORDER BY c.server_id""";

	/** As the server does. */
	private static final String IN_ORDER_OF_INDEX = "SET enable_bitmapscan = off; SET enable_sort = off";

	private final Connection connection;

	private final PreparedStatement page;

	private final Cursor cursor;

	/**
	 * Creates the client.
	 * @param connection for it alone
	 * @param user whose changes they are
	 * @param changes how many that user has
	 */
	PageQueryClient(Connection connection, String user, long changes) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(IN_ORDER_OF_INDEX);
		}
		this.connection = connection;
		this.page = connection.prepareStatement(PAGE);
		this.page.setString(1, user);
		this.page.setLong(3, changes);
		this.page.setInt(4, Downloader.LIMIT);
		this.cursor = new Cursor(0, changes);
	}

	@Override
	public Long prepare() {
		return this.cursor.next();
	}

	@Override
	public int send(Long after) throws SQLException {
		this.page.setLong(2, after);
		int rows = 0;
		try (ResultSet resultSet = this.page.executeQuery()) {
			while (resultSet.next()) {
				rows++;
			}
		}
		if (rows != Downloader.LIMIT) {
			throw new IllegalStateException("A page of " + rows + " rows after " + after);
		}
		return rows;
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
