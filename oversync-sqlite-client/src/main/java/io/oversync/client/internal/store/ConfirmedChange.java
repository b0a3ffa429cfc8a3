/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import io.oversync.client.internal.protocol.ReceivedChange;

/**
 * A change of this device that the server has confirmed and that was not seen in the
 * stream yet.
 *
 * @param id its number
 * @param row the row, as {@code schema.table:key}
 * @param delete whether it is a delete
 * @param after the position that it lies behind
 */
public record ConfirmedChange(long id, String row, boolean delete, long after) {

	/** Returns the change that an entry of the outbox becomes. */
	public static ConfirmedChange of(OutboxEntry entry) {
		return new ConfirmedChange(entry.toChange().sourceChangeId(),
				name(entry.table().serverSchema(), entry.table().serverTable(), entry.pk()),
				entry.op().equals("DELETE"), 0);
	}

	/**
	 * Returns whether an entry of the stream is this change. A delete may also have been
	 * made by the server, together with that of a parent.
	 */
	public boolean is(ReceivedChange change, String sourceId) {
		boolean own = change.sourceChangeId() == this.id && change.sourceId().equals(sourceId);
		return (own || (this.delete && change.row().deleted()))
				&& name(change.schema(), change.table(), change.pk()).equals(this.row);
	}

	private static String name(String schema, String table, String pk) {
		return schema + "." + table + ":" + pk;
	}

}
