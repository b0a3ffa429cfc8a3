/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

/**
 * The number of rows to ask for when only those that fit into a block are sent. The
 * database measures every row that it is asked for, so the number follows the rows that
 * fitted last time.
 */
public final class BlockSize {

	private static final int GROWTH = 2;

	private int rows = Chunks.MAX_ROWS;

	/**
	 * Returns the number of rows to ask for.
	 * @return at least one
	 */
	public int rows() {
		return this.rows;
	}

	/**
	 * Records a block.
	 * @param asked the number of rows that were asked for
	 * @param sent the number of those that were sent
	 */
	public void took(int asked, int sent) {
		int next = (sent < asked) ? sent : asked * GROWTH;
		this.rows = Math.max(1, Math.min(next, Chunks.MAX_ROWS));
	}

}
