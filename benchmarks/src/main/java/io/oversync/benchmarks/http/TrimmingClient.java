/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Uploads new rows, and takes them away again between the turns: a few seconds would make
 * a small history a large one.
 */
final class TrimmingClient implements Client<Upload> {

	private static final String ROWS = """
			delete from sync.row_version r
			using sync.change c, sync.stream s
			where s.user_id = ? and c.stream_id = s.stream_id and c.server_id > ?
			  and r.table_id = c.table_id and r.pk = c.pk and r.stream_id = c.stream_id""";

	private static final String CHANGES = """
			delete from sync.change c
			using sync.stream s
			where s.user_id = ? and c.stream_id = s.stream_id and c.server_id > ?""";

	private static final String HEAD = "update sync.stream set head_server_id = ? where user_id = ?";

	private final UploadClient client;

	private final Connection connection;

	private final String user;

	private final long changes;

	private boolean trimmed = true;

	/**
	 * Creates the client.
	 * @param client uploads for the user
	 * @param connection for it alone
	 * @param user the user
	 * @param changes how many that user is to keep
	 */
	TrimmingClient(UploadClient client, Connection connection, String user, long changes) throws SQLException {
		connection.setAutoCommit(false);
		this.client = client;
		this.connection = connection;
		this.user = user;
		this.changes = changes;
	}

	@Override
	public Upload prepare() throws SQLException {
		if (!this.trimmed) {
			Sql.execute(this.connection, ROWS, this.user, this.changes);
			Sql.execute(this.connection, CHANGES, this.user, this.changes);
			Sql.execute(this.connection, HEAD, this.changes, this.user);
			this.connection.commit();
			this.trimmed = true;
		}
		return this.client.prepare();
	}

	@Override
	public int send(Upload upload) throws IOException {
		this.trimmed = false;
		return this.client.send(upload);
	}

	@Override
	public void close() throws SQLException, IOException {
		try (this.connection) {
			this.client.close();
		}
	}

}
