/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import io.oversync.client.ServerException;

/**
 * Recognises that this device was away for longer than the server knows deletes: it has
 * to compare all rows with the server's.
 */
public final class CursorExpired {

	private static final int GONE = 410;

	private static final String CODE = "cursor_expired";

	private CursorExpired() {
	}

	/** Returns whether an answer of the server says that. */
	public static boolean is(ServerException answer) {
		return answer.status() == GONE && answer.code().equals(CODE);
	}

	static ServerException of(long cursor, long retainedSince) {
		return new ServerException(GONE, CODE,
				"The server knows deletes since " + retainedSince + " only, and this device has its rows as of "
						+ cursor + ": sync() compares all of them while downloads are not paused; so does hydrate()",
				null);
	}

}
