/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * The cursor of a download that starts again when it has come to the end.
 */
final class Cursor {

	private final long first;

	private final long end;

	private long next;

	/**
	 * Creates one.
	 * @param first where it starts
	 * @param end the last change; only full pages are asked for
	 */
	Cursor(long first, long end) {
		this.first = first;
		this.end = end;
		this.next = first;
	}

	long next() {
		long current = this.next;
		this.next = (current + 2 * Downloader.LIMIT <= this.end) ? current + Downloader.LIMIT : this.first;
		return current;
	}

}
