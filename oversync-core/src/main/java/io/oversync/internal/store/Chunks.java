/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Cuts rows into chunks of one statement each. A transaction that failed because a
 * statement took too long or too much memory is repeated with smaller chunks
 * ({@link Transactions}): the same statement would fail forever.
 */
public final class Chunks {

	/** Bounds the memory that one statement's parameters take. */
	static final int MAX_ROWS = 10_000;

	private static final long MAX_BYTES = 8 * 1024 * 1024;

	private static final int REDUCTION = 8;

	/** The chunk size of this thread's transaction. */
	private static final ThreadLocal<Integer> ROWS = ThreadLocal.withInitial(() -> MAX_ROWS);

	private Chunks() {
	}

	/**
	 * Cuts rows.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @return the chunks, none for no rows
	 */
	public static <T> List<List<T>> of(Collection<T> rows) {
		return of(rows, (row) -> 0);
	}

	/**
	 * Cuts rows that may be large.
	 * @param <T> the type of the rows
	 * @param rows the rows
	 * @param size the size of each in bytes
	 * @return the chunks, none for no rows
	 */
	public static <T> List<List<T>> of(Collection<T> rows, ToLongFunction<T> size) {
		int maxRows = ROWS.get();
		long maxBytes = MAX_BYTES * maxRows / MAX_ROWS;
		List<List<T>> chunks = new ArrayList<>();
		List<T> chunk = new ArrayList<>();
		long bytes = 0;
		for (T row : rows) {
			bytes += size.applyAsLong(row);
			if (chunk.size() == maxRows || (bytes > maxBytes && !chunk.isEmpty())) {
				chunks.add(chunk);
				chunk = new ArrayList<>();
				bytes = size.applyAsLong(row);
			}
			chunk.add(row);
		}
		if (!chunk.isEmpty()) {
			chunks.add(chunk);
		}
		return chunks;
	}

	/**
	 * Does work with chunks of a size.
	 * @param <T> the result type
	 * @param rows the most rows a chunk
	 * @param work the work, on this thread
	 * @return its result
	 */
	static <T> T within(int rows, Supplier<T> work) {
		int before = ROWS.get();
		ROWS.set(rows);
		try {
			return work.get();
		}
		finally {
			if (before == MAX_ROWS) {
				ROWS.remove();
			}
			else {
				ROWS.set(before);
			}
		}
	}

	/**
	 * Returns the size to repeat a transaction with.
	 * @param rows the size of a chunk that was too large
	 * @return at least one row
	 */
	static int smaller(int rows) {
		return Math.max(1, rows / REDUCTION);
	}

}
