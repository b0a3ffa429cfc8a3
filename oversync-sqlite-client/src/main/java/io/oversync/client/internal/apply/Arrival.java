/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.apply;

import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.table.LocalTable;

/**
 * A row of the server that has come.
 *
 * @param table its table
 * @param pk its key on the wire
 * @param row the row
 * @param whole whether it is the server's latest, with which what is here is compared
 * @param dispute whether the server's history is that of the row as it is known here
 * @param lostVersion the version that another device has brought back with it, or 0
 */
public record Arrival(LocalTable table, String pk, ReceivedRow row, boolean whole, Dispute dispute, long lostVersion) {

	public Arrival(LocalTable table, String pk, ReceivedRow row, boolean whole) {
		this(table, pk, row, whole, Dispute.NONE, 0);
	}

	/** Returns the same row with another content. */
	Arrival with(RowPayload payload) {
		return new Arrival(this.table, this.pk, new ReceivedRow(this.row.version(), this.row.deleted(), payload),
				this.whole, this.dispute, this.lostVersion);
	}

}
