/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import org.jspecify.annotations.Nullable;

/**
 * A change as a device sent it (protocol §2).
 *
 * @param id the device's number
 * @param table the table
 * @param pk the row's key
 * @param op {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param expected the version that it was made on
 * @param payload the text of the after-image, byte for byte; null for a DELETE
 */
record SentChange(long id, String table, String pk, String op, long expected, @Nullable String payload) {

	String row() {
		return this.table + " " + this.pk;
	}

}
