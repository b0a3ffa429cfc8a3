/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * An applied change, as it goes into the stream.
 *
 * @param row the row
 * @param op what it does
 * @param version the version that it produces
 * @param sourceChangeId the device's own number; meaningless when the server made it
 * @param byServer whether the server made it, to follow a foreign key's delete rule
 * @param payload the after-image, null for a DELETE and where the server changes an
 * earlier one
 * @param changed how it does, else null
 */
public record StreamEntry(RowKey row, Operation op, long version, long sourceChangeId, boolean byServer,
		@Nullable Payload payload, @Nullable ChangedImage changed) {

	StreamEntry(RowKey row, Operation op, long version, long sourceChangeId, boolean byServer,
			@Nullable Payload payload) {
		this(row, op, version, sourceChangeId, byServer, payload, null);
	}

}
