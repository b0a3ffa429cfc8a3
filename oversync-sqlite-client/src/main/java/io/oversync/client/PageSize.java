package io.oversync.client;

import io.oversync.client.protocol.DownloadPage;

/**
 * How many changes a download asks for: fewer where rows are large, since a page is held
 * in memory.
 */
final class PageSize {

	private static final int FIRST = 100;

	private static final int GROWTH = 4;

	private static final long MAX_BYTES = 4 * 1024 * 1024;

	private final int max;

	private int current;

	PageSize(int max) {
		this.max = max;
		this.current = Math.min(FIRST, max);
	}

	int current() {
		return this.current;
	}

	/** Learns from a page. */
	void note(DownloadPage page) {
		if (page.changes().isEmpty()) {
			return;
		}
		long bytesEach = Math.max(1, page.bytes() / page.changes().size());
		long fitting = Math.min(MAX_BYTES / bytesEach, (long) this.current * GROWTH);
		this.current = (int) Math.max(1, Math.min(this.max, fitting));
	}

}
