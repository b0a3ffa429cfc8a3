/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.Set;

/**
 * What a stream still lacks of what the application itself has written.
 *
 * @param waiting whether rows wait that the application has written
 * @param adopted marks of the tables whose existing rows were put in the stream, see
 * {@link #mark}
 */
public record Backlog(boolean waiting, Set<Long> adopted) {

	/** Of a stream that lacks nothing. */
	public static final Backlog NONE = new Backlog(false, Set.of());

	public Backlog {
		adopted = Set.copyOf(adopted);
	}

	/**
	 * Writes the mark of a table.
	 * @param tableId its id
	 * @param generation how often its capture began: what was written in between was not
	 * noticed
	 * @return the mark that a stream has once it has all rows of that time
	 */
	public static long mark(int tableId, int generation) {
		return ((long) tableId << Integer.SIZE) | generation;
	}

}
