/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * The cursors of full pages, which start again after the last.
 */
final class FullPages {

	private final long first;

	private final long end;

	private long next;

	/**
	 * Creates the cursors.
	 * @param first the first of them
	 * @param end the last change
	 */
	FullPages(long first, long end) {
		this.first = first;
		this.end = end;
		this.next = first;
	}

	long next() {
		long current = this.next;
		this.next = (current + 2 * HttpDevice.PAGE <= this.end) ? current + HttpDevice.PAGE : this.first;
		return current;
	}

}
