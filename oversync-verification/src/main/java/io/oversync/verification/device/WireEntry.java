/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a user's change stream (protocol §3), as it came over the wire.
 *
 * @param serverId its position
 * @param schema the schema of the row
 * @param table the table of the row
 * @param pk the row's key
 * @param op {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param version the row's version after it
 * @param deleted whether the row is deleted after it
 * @param sourceId the device that made it
 * @param sourceChangeId that device's number
 * @param payload the text of the after-image, byte for byte; null for a DELETE
 */
public record WireEntry(long serverId, String schema, String table, String pk, String op, long version, boolean deleted,
		String sourceId, long sourceChangeId, @Nullable String payload) {

	/**
	 * Names the row.
	 * @return {@code "users 550e…"}
	 */
	public String row() {
		return this.table + " " + this.pk;
	}

}
