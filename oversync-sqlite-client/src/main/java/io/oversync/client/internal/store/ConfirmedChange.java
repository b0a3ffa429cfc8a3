/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ReceivedRow;
import io.oversync.client.internal.table.LocalTable;

/**
 * What an answer of the server has shown of the stream and that was not seen there yet: a
 * change of this device that it has confirmed, or a row that it has met with a conflict.
 *
 * @param id the number of the change; of a row, its version, negative
 * @param row the row, as {@code schema.table:key}
 * @param delete whether it is a delete
 * @param after the position that it lies behind
 * @param own how many changes of this device lie behind that position, at least
 */
public record ConfirmedChange(long id, String row, boolean delete, long after, long own) {

	/** Returns the change that an entry of the outbox becomes. */
	public static ConfirmedChange of(OutboxEntry entry) {
		return new ConfirmedChange(entry.toChange().sourceChangeId(),
				name(entry.table().serverSchema(), entry.table().serverTable(), entry.pk()),
				entry.op().equals("DELETE"), 0, 0);
	}

	/** Returns the version of a row that a conflict has shown. */
	public static ConfirmedChange of(LocalTable table, String pk, ReceivedRow row) {
		return new ConfirmedChange(-row.version(), name(table.serverSchema(), table.serverTable(), pk), row.deleted(),
				0, 0);
	}

	/**
	 * Returns whether an entry of the stream is this change. A delete may also have been
	 * made by the server, together with that of a parent.
	 */
	public boolean is(ReceivedChange change, String sourceId) {
		boolean own = (this.id > 0) ? change.sourceChangeId() == this.id && change.sourceId().equals(sourceId)
				: change.row().version() == -this.id;
		return (own || (this.delete && change.row().deleted()))
				&& name(change.schema(), change.table(), change.pk()).equals(this.row);
	}

	private static String name(String schema, String table, String pk) {
		return schema + "." + table + ":" + pk;
	}

}
