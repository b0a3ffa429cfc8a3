/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import io.oversync.internal.store.Retained;
import io.oversync.protocol.CursorExpiredException;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.ExpiredDeletes;
import org.jspecify.annotations.Nullable;

/**
 * Ends an answer to a device that would not learn of deletes whose tombstones have
 * expired. A device may read on from a cursor if
 * <ul>
 * <li>it is 0: it has nothing;</li>
 * <li>all deletes behind it are known;</li>
 * <li>the device began with nothing when no other tombstones had expired than now; or
 * </li>
 * <li>it only looks something up.</li>
 * </ul>
 * An answer that has begun ends if tombstones expire that it has not come to yet.
 */
final class CursorCheck {

	private final DownloadRequest request;

	private @Nullable ExpiredDeletes expired;

	CursorCheck(DownloadRequest request) {
		this.request = request;
	}

	/**
	 * Checks the rows that an answer begins with. They may be read again before they are
	 * sent.
	 * @param retained which deletes the stream knew
	 * @throws CursorExpiredException if deletes may be missing among them
	 */
	void begin(Retained retained) {
		check(this.request.after(), retained, retained.begun() || this.request.peek());
		this.expired = retained.expired();
	}

	/**
	 * Checks further rows.
	 * @param after the position after which they were read
	 * @param retained which deletes the stream knew
	 * @throws CursorExpiredException if deletes may be missing among them
	 */
	void goOn(long after, Retained retained) {
		check(after, retained, retained.expired().equals(this.expired));
	}

	private static void check(long after, Retained retained, boolean served) {
		if (after > 0 && after < retained.since() && !served) {
			throw new CursorExpiredException(after, retained.since());
		}
	}

}
