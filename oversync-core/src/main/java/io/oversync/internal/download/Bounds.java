/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import io.oversync.internal.store.StreamHead;
import io.oversync.protocol.DownloadRequest;
import io.oversync.protocol.DownloadWindow;
import org.jspecify.annotations.Nullable;

/**
 * What a page may contain: the changes behind one and up to another.
 *
 * @param after before the first
 * @param until the last
 */
record Bounds(long after, long until) {

	static Bounds of(@Nullable StreamHead stream, DownloadRequest request) {
		long head = (stream != null) ? stream.head() : 0;
		return new Bounds(request.after(), (request.until() > 0) ? Math.min(request.until(), head) : head);
	}

	boolean isEmpty() {
		return this.after >= this.until;
	}

	/** The window of a page that none follows. */
	DownloadWindow end() {
		return new DownloadWindow(false, Math.max(this.after, this.until), this.until);
	}

}
