/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * An applied change at its place in the stream.
 *
 * @param serverId its place
 * @param origin its maker
 * @param row the row
 * @param op its operation
 * @param version the version that it produces
 * @param payload the after-image; null for a DELETE, and where it is in the database only
 */
public record StreamEntry(long serverId, Origin origin, RowKey row, Operation op, long version,
		@Nullable Payload payload) {

	/**
	 * Returns whether the server made the change: to follow a foreign key's delete rule,
	 * to restore a row, or since the application wrote it.
	 * @return false for a change of a device
	 */
	public boolean byServer() {
		return this.origin.byServer();
	}

	/**
	 * Returns the number of the change.
	 * @return the device's own number, or the server's
	 */
	public long sourceChangeId() {
		return this.origin.changeId();
	}

	/**
	 * Returns the entry with a payload.
	 * @param afterImage the payload, null for a DELETE
	 * @return otherwise the same
	 */
	public StreamEntry withPayload(@Nullable Payload afterImage) {
		return new StreamEntry(this.serverId, this.origin, this.row, this.op, this.version, afterImage);
	}

	/**
	 * The maker of a change: the device that uploads, or the server.
	 *
	 * @param byServer whether the server made it
	 * @param changeId the maker's own number
	 */
	public record Origin(boolean byServer, long changeId) {
	}

}
