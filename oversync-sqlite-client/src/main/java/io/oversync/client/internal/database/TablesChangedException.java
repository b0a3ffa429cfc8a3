/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.database;

import io.oversync.client.SyncException;

/**
 * The application has changed its tables since the client last looked at them: it has to
 * look again before it writes.
 */
public final class TablesChangedException extends SyncException {

	public TablesChangedException() {
		super("The tables of the database are changed all the time: sync again when that is over");
	}

}
