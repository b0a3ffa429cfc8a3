/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

import io.oversync.protocol.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code sync.change} as a page reads it: its table and its source are numbers,
 * whose names are looked up once a page, and its payload may be withheld.
 *
 * @param serverId its position
 * @param tableId the table
 * @param op the operation
 * @param pk the row's key
 * @param payload the after-image, null for a DELETE, or where a query withholds it
 * @param version the version that the change produced
 * @param sourceNo the source
 * @param sourceChangeId the source's own number
 * @param timestamp when the server applied it
 */
public record ChangeRow(long serverId, int tableId, Operation op, UUID pk, byte @Nullable [] payload, long version,
		int sourceNo, long sourceChangeId, Instant timestamp) {

	/** The memory of a row beside its payload; half of it is the driver's. */
	public static final int OVERHEAD_BYTES = 512;

	/**
	 * The columns that {@link #read} needs, of {@code sync.change c}, except the payload.
	 */
	static final String COLUMNS = "c.server_id, c.table_id, c.op, c.pk, c.version, c.source_no, c.source_change_id, c.ts";

	static ChangeRow read(ResultSet resultSet) throws SQLException {
		return new ChangeRow(resultSet.getLong("server_id"), resultSet.getInt("table_id"),
				ChangeStore.operation(resultSet.getString("op")), resultSet.getObject("pk", UUID.class),
				resultSet.getBytes("payload"), resultSet.getLong("version"), resultSet.getInt("source_no"),
				resultSet.getLong("source_change_id"), resultSet.getObject("ts", OffsetDateTime.class).toInstant());
	}

	/**
	 * Returns whether the query withheld the payload.
	 * @return whether a payload exists but was not read
	 */
	public boolean isWithheld() {
		return this.payload == null && this.op != Operation.DELETE;
	}

	/**
	 * Returns the memory that the row takes.
	 * @return bytes, about
	 */
	public int bytes() {
		return OVERHEAD_BYTES + ((this.payload != null) ? this.payload.length : 0);
	}

}
