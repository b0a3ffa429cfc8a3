/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.conflict;

import io.oversync.client.Conflict;
import io.oversync.client.ConflictResolver;
import io.oversync.client.Resolution;
import io.oversync.client.SyncRow;

/**
 * An edit wins over a delete, on either side; what becomes of two edits is left open.
 */
abstract class EditBeatsDelete implements ConflictResolver {

	@Override
	public final Resolution resolve(Conflict conflict) {
		SyncRow local = conflict.local();
		SyncRow server = conflict.server();
		if (local == null) {
			return Resolution.TAKE_SERVER;
		}
		return (server != null) ? resolve(conflict, local, server) : Resolution.KEEP_LOCAL;
	}

	/** Decides where both sides have the row. */
	abstract Resolution resolve(Conflict conflict, SyncRow local, SyncRow server);

}
