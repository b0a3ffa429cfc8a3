/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The application has changed its tables since the client last looked at them: it has to
 * look again before it writes.
 */
final class TablesChangedException extends SyncException {

	TablesChangedException() {
		super("The tables of the database are changed all the time: sync again when that is over");
	}

}
