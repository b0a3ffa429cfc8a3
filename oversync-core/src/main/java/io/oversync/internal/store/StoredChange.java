/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.UUID;

import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A change to be appended to a locked stream.
 *
 * @param serverId its place
 * @param tableId the table
 * @param pk the row
 * @param op what it does
 * @param version the version that it produces
 * @param sourceNo who made it
 * @param sourceChangeId the source's own number
 * @param payload the after-image, null for a DELETE
 */
public record StoredChange(long serverId, int tableId, UUID pk, Operation op, long version, int sourceNo,
		long sourceChangeId, @Nullable Payload payload) {

	/**
	 * Returns the change with a payload.
	 * @param afterImage the payload
	 * @return otherwise the same
	 */
	public StoredChange withPayload(Payload afterImage) {
		return new StoredChange(this.serverId, this.tableId, this.pk, this.op, this.version, this.sourceNo,
				this.sourceChangeId, afterImage);
	}

}
