/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import java.util.List;

import io.oversync.internal.store.ChangeRow;

/**
 * Consecutive rows of the stream, read by one query.
 *
 * @param rows the rows, ascending; none if the next one is too large
 * @param end whether more of the window follows the last
 * @param tooLarge the size of the next row if it alone exceeds the size that was asked
 * for, else 0
 */
record Block(List<ChangeRow> rows, End end, long tooLarge) {

	/**
	 * Cuts what the first query of a page returned, which did not know the window.
	 * @param rows one more than the page may have, if there are as many; payloads that
	 * are not small are withheld
	 * @param until the last change of the window: what was committed since the stream was
	 * read lies behind it
	 * @param limit the most rows of the page
	 * @return what can be sent of them
	 */
	static Block first(List<ChangeRow> rows, long until, int limit) {
		for (int i = 0; i < rows.size(); i++) {
			ChangeRow row = rows.get(i);
			if (row.serverId() > until) {
				return new Block(List.copyOf(rows.subList(0, i)), End.EXHAUSTED, 0);
			}
			if (i == limit) {
				return new Block(List.copyOf(rows.subList(0, i)), End.FULL, 0);
			}
			if (row.isWithheld()) {
				return new Block(List.copyOf(rows.subList(0, i)), End.CUT, 0);
			}
		}
		return new Block(rows, End.EXHAUSTED, 0);
	}

	long bytes() {
		return this.rows.stream().mapToLong(ChangeRow::bytes).sum();
	}

	/** The rest of the window behind a block. */
	enum End {

		/** Rows that may be sent, too. */
		CUT,
		/** Rows, but as many as may be sent are in the block. */
		FULL,
		/** Nothing in the window. */
		EXHAUSTED

	}

}
