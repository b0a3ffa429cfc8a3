/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Objects;

import io.oversync.client.internal.conflict.LastWriter;
import io.oversync.client.internal.conflict.ThreeWayMerge;
import org.jspecify.annotations.Nullable;

/**
 * Decides conflicts. It is only asked when both sides really differ, inside a transaction
 * of the SQLite database: it must be quick and must not write to that database. When it
 * throws, the local change stays pending and is reported, and the conflict comes again
 * with the next sync.
 */
@FunctionalInterface
public interface ConflictResolver {

	/**
	 * Decides a conflict.
	 * @param conflict the two sides, at least one of which exists
	 * @return the decision
	 */
	Resolution resolve(Conflict conflict);

	/**
	 * The server's row wins, also over a local delete; if it was deleted there, it is
	 * deleted here.
	 * @return the resolver, which is the default
	 */
	static ConflictResolver serverWins() {
		return (conflict) -> Resolution.TAKE_SERVER;
	}

	/**
	 * The local row wins, also over a delete on the server; if it was deleted here, it is
	 * deleted there.
	 * @return the resolver
	 */
	static ConflictResolver clientWins() {
		return (conflict) -> Resolution.KEEP_LOCAL;
	}

	/**
	 * The row with the greater value in a column wins, the server's if they are equal or
	 * cannot be compared. Numbers compare as numbers and texts as moments if both are,
	 * else as texts. A delete has no such value: an edit wins over it, on either side.
	 * @param column a column that every edit moves forward, such as {@code updated_at}
	 * @return the resolver
	 */
	static ConflictResolver lastWriter(String column) {
		return new LastWriter(column);
	}

	/**
	 * Merges column by column: what was changed on one side only is taken from there, and
	 * where both changed a column the server's value is taken. Without a known base every
	 * column that differs counts as changed on both sides. An edit wins over a delete, on
	 * either side.
	 * @return the resolver
	 */
	static ConflictResolver threeWayMerge() {
		return new ThreeWayMerge((column, base, local, server) -> server);
	}

	/**
	 * As {@link #threeWayMerge()}, but decides for itself where both sides changed a
	 * column.
	 * @param columns decides about one column
	 * @return the resolver
	 */
	static ConflictResolver threeWayMerge(ColumnResolver columns) {
		return new ThreeWayMerge(Objects.requireNonNull(columns));
	}

	/**
	 * Decides about one column that both sides changed.
	 */
	@FunctionalInterface
	interface ColumnResolver {

		/**
		 * Decides a value.
		 * @param column the column, in lower case
		 * @param base the value before, null also if it is not known
		 * @param local the local value
		 * @param server the server's value
		 * @return the value to take
		 */
		@Nullable Object resolve(String column, @Nullable Object base, @Nullable Object local, @Nullable Object server);

	}

}
