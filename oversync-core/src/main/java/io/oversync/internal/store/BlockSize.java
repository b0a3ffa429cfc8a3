/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * How many rows to ask for at a time when only as many are sent as fit into a block: the
 * database measures all that it is asked for, so about as many as fitted the last time.
 */
public final class BlockSize {

	private static final int GROWTH = 2;

	private int rows = Chunks.MAX_ROWS;

	/**
	 * Returns how many to ask for.
	 * @return at least one
	 */
	public int rows() {
		return this.rows;
	}

	/**
	 * Takes note of a block.
	 * @param asked how many rows were asked for
	 * @param sent how many of them were sent
	 */
	public void took(int asked, int sent) {
		int next = (sent < asked) ? sent : asked * GROWTH;
		this.rows = Math.max(1, Math.min(next, Chunks.MAX_ROWS));
	}

}
