/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A local change that the server will never take as it is. It holds nothing else back; it
 * waits for {@link SyncClient#retryQuarantined} or {@link SyncClient#discardQuarantined},
 * or for another edit of the row.
 */
public final class QuarantinedChange {

	private final long id;

	private final String table;

	private final String pk;

	private final String op;

	private final @Nullable String payload;

	private final String reason;

	private final String message;

	private final Instant since;

	QuarantinedChange(long id, String table, String pk, String op, @Nullable String payload, String reason,
			String message, Instant since) {
		this.id = id;
		this.table = table;
		this.pk = pk;
		this.op = op;
		this.payload = payload;
		this.reason = reason;
		this.message = message;
		this.since = since;
	}

	/**
	 * Returns to name it by.
	 * @return to name it by
	 */
	public long id() {
		return this.id;
	}

	/**
	 * Returns the local table.
	 * @return the local table
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Returns the row's key: a dashed UUID if it is one.
	 * @return the row's key
	 */
	public String pk() {
		return this.pk;
	}

	/**
	 * Returns {@code INSERT}, {@code UPDATE} or {@code DELETE}.
	 * @return {@code INSERT}, {@code UPDATE} or {@code DELETE}
	 */
	public String op() {
		return this.op;
	}

	/**
	 * Returns the JSON that was refused, null for a DELETE or when it could not be made.
	 * @return the JSON that was refused, null for a DELETE or when it could not be made
	 */
	public @Nullable String payload() {
		return this.payload;
	}

	/**
	 * Returns {@code bad_payload}, {@code request_too_large}, {@code fk_missing} for a
	 * parent that is deleted, {@code referenced} for a delete of a row that others on the
	 * server refer to, or {@code unsupported_value} for what cannot be sent.
	 * @return {@code bad_payload}, {@code request_too_large}, {@code fk_missing} for a
	 * parent that is deleted, {@code referenced} for a delete of a row that others on the
	 * server refer to, or {@code unsupported_value} for what cannot be sent
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Returns a message for people.
	 * @return the message
	 */
	public String message() {
		return this.message;
	}

	/**
	 * Returns when it was refused.
	 * @return when it was refused
	 */
	public Instant since() {
		return this.since;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.id, this.table, this.pk, this.op, this.payload, this.reason, this.message,
				this.since);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof QuarantinedChange that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "QuarantinedChange[id=" + this.id + ", table=" + this.table + ", pk=" + this.pk + ", op=" + this.op
				+ ", payload=" + this.payload + ", reason=" + this.reason + ", message=" + this.message + ", since="
				+ this.since + "]";
	}

}
