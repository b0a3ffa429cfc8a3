/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Objects;

/**
 * The resolution of a conflict.
 */
public sealed interface Resolution {

	/** The server's row is taken and the local change is dropped. */
	Resolution TAKE_SERVER = new TakeServer();

	/** The local row stays and is uploaded again, on top of the server's. */
	Resolution KEEP_LOCAL = new KeepLocal();

	/**
	 * Another row takes the place of both, here and on the server.
	 * @param row its values; columns that it lacks keep their local value, or the
	 * server's if there is no local row; a name that is no column of the table fails the
	 * resolution, and the change stays pending
	 * @return the resolution
	 */
	static Resolution merge(SyncRow row) {
		return new Merge(Objects.requireNonNull(row, "The merged row is null"));
	}

	/** See {@link #TAKE_SERVER}. */
	record TakeServer() implements Resolution {
	}

	/** See {@link #KEEP_LOCAL}. */
	record KeepLocal() implements Resolution {
	}

	/**
	 * See {@link #merge}.
	 *
	 * @param row the merged row
	 */
	record Merge(SyncRow row) implements Resolution {
	}

}
