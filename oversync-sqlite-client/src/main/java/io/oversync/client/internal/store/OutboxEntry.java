/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.store;

import io.oversync.client.internal.protocol.UploadedChange;
import io.oversync.client.internal.table.BaseImage;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * A change as it is sent.
 *
 * @param changeId the number of this content
 * @param table the table
 * @param key the key in the table
 * @param pk the key on the wire
 * @param op INSERT, UPDATE or DELETE
 * @param version the server's version that it was made on
 * @param payload the JSON, null for a DELETE
 * @param base the row before it, as a {@link BaseImage}, or null
 * @param failures the number of failed requests that carried only this change
 * @param reshaped whether the columns of the table have changed since it was frozen
 * @param lostVersion the version that the server lost and that this brings back,
 * {@link #EDITED}, or 0
 * @param unproven whether the server was lost before, see {@link ChangeIds#ofUnproven}
 */
public record OutboxEntry(long changeId, LocalTable table, Object key, String pk, String op, long version,
		@Nullable String payload, @Nullable String base, int failures, boolean reshaped, long lostVersion,
		boolean unproven) {

	/** A {@code lostVersion}: the server lost the row, which was edited since. */
	public static final long EDITED = -1;

	/** The size of a change without its payload. */
	private static final int FRAME_BYTES = 200;

	/** Returns this change of a row whose key is spelled in another way now. */
	public OutboxEntry withKey(Object key) {
		return new OutboxEntry(this.changeId, this.table, key, this.pk, this.op, this.version, this.payload, this.base,
				this.failures, this.reshaped, this.lostVersion, this.unproven);
	}

	public long bytes() {
		return FRAME_BYTES + ((this.payload != null) ? utf8Length(this.payload) : 0);
	}

	private static long utf8Length(String text) {
		long length = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			// each half of a surrogate pair has two bytes
			length += (c < 0x80) ? 0 : (c < 0x800 || Character.isSurrogate(c)) ? 1 : 2;
		}
		return length;
	}

	private long id() {
		if (this.lostVersion != 0 && this.unproven) {
			return ChangeIds.ofUnproven(Math.max(0, this.lostVersion), this.changeId);
		}
		return (this.lostVersion > 0) ? ChangeIds.ofLost(this.lostVersion, this.changeId) : this.changeId;
	}

	public UploadedChange toChange() {
		return new UploadedChange(id(), this.table.serverSchema(), this.table.serverTable(), this.op, this.pk,
				this.version, this.payload);
	}

}
