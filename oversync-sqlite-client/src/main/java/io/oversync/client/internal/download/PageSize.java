/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.download;

import io.oversync.client.internal.protocol.DownloadPage;

/**
 * The number of changes that a download asks for: fewer if rows are large, and fewer
 * after a page that broke off, since a network may cut off large responses.
 */
public final class PageSize {

	/** A server sends no larger page (§3). */
	public static final int MAX = 1000;

	private static final int FIRST = 100;

	private static final int GROWTH = 4;

	private static final int SLOW_GROWTH = 8;

	private static final long MAX_BYTES = 4 * 1024 * 1024;

	private final int max;

	private int current;

	/** Whether a page has failed, and the size goes up in small steps only. */
	private boolean slow;

	public PageSize(int max) {
		this.max = max;
		this.current = Math.min(FIRST, max);
	}

	/**
	 * Checks the number of changes that a page is to have.
	 * @throws IllegalArgumentException if no server sends such a page
	 */
	public static void check(int limit) {
		if (limit < 1 || limit > MAX) {
			throw new IllegalArgumentException("The limit must be from 1 to " + MAX + ", not " + limit);
		}
	}

	public int current() {
		return this.current;
	}

	/** Learns from a page. */
	public void note(DownloadPage page) {
		if (page.count() == 0) {
			return;
		}
		long bytesEach = Math.max(1, page.bytes() / page.count());
		long grown = this.slow ? this.current + 1 + this.current / SLOW_GROWTH : (long) this.current * GROWTH;
		this.current = (int) Math.max(1, Math.min(this.max, Math.min(MAX_BYTES / bytesEach, grown)));
		this.slow &= this.current < this.max;
	}

	/**
	 * Learns from a page that broke off.
	 * @param asked how many changes it should have had
	 * @param arrived how many came
	 */
	public void shrink(int asked, int arrived) {
		int half = Math.min(this.current, asked) / 2;
		int fitting = (arrived > 0) ? arrived - arrived / 4 : half;
		this.current = Math.max(1, Math.min(half, fitting));
		this.slow = true;
	}

}
