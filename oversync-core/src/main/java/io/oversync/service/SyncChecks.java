/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Compares business tables with the streams: what devices are told with what the
 * application sees. For operators, not for users. It writes nothing but what it has to
 * absorb first.
 * <p>
 * Works through the users one after the other, in batches between which uploads get their
 * turn. What the application has written to captured tables goes into the streams first;
 * a row that still waits for that is no difference. Neither is a row whose failure is
 * recorded, nor one that has another owner by now.
 * <p>
 * What was found is healed in one of two ways. Where the stream is right,
 * {@link Rematerialization} writes the rows again. Where a captured table is right, raise
 * its capture generation: the rows are adopted again, and reach all devices.
 */
public interface SyncChecks {

	/**
	 * Compares rows. The latest after-image of each live row in the stream is compared
	 * with the row of the table, in the columns that the image mentions; and the rows of
	 * a table with an owner column are looked up in the stream.
	 * @param request which rows
	 * @param sink receives each row that differs, while no connection is held
	 * @return what came of it
	 * @throws IllegalArgumentException if the table is not registered
	 * @throws IllegalStateException if the table cannot be read: it is not materialised,
	 * or its handler does not read
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when locks are held for too
	 * long
	 */
	default Result check(Request request, Consumer<Row> sink) {
		return check(request, sink, (progress) -> true);
	}

	/**
	 * Compares rows as {@link #check(Request, Consumer)} does, and reports how far it is.
	 * An interrupt of the thread stops it as well.
	 * @param request which rows
	 * @param sink receives each row that differs, while no connection is held
	 * @param goOn receives the progress before the first batch and after each, while no
	 * connection is held, and returns whether the next batch is to come
	 * @return what came of it, of a part of the rows if it was stopped
	 * @throws IllegalArgumentException if the table is not registered
	 * @throws IllegalStateException if the table cannot be read: it is not materialised,
	 * or its handler does not read
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} when locks are held for too
	 * long
	 */
	Result check(Request request, Consumer<Row> sink, Predicate<Progress> goOn);

	/**
	 * Which rows are compared.
	 *
	 * @param table a registered table
	 * @param userId only the rows of this user, null for those of all
	 * @param percent about how many of the rows, 1 to 100; others with each run
	 */
	record Request(TableName table, @Nullable String userId, int percent) {

		public Request {
			if (percent < 1 || percent > 100) {
				throw new IllegalArgumentException("'percent' must be 1 to 100, not " + percent);
			}
		}

		/**
		 * Asks for all rows of a table.
		 * @param table a registered table
		 * @return the request
		 */
		public static Request all(TableName table) {
			return new Request(table, null, 100);
		}

	}

	/**
	 * What came of it.
	 *
	 * @param users how many users were looked at, up to their last rows
	 * @param rows how many live rows of their streams were compared
	 * @param differing how many rows differ
	 * @param failed how many rows were left out because their failure is recorded
	 * @param complete whether it went on to the end; it was stopped otherwise
	 */
	record Result(long users, long rows, long differing, long failed, boolean complete) {

		/**
		 * Creates the result of a comparison that went on to the end.
		 * @param users how many users were looked at
		 * @param rows how many live rows of their streams were compared
		 * @param differing how many rows differ
		 * @param failed how many rows were left out
		 */
		public Result(long users, long rows, long differing, long failed) {
			this(users, rows, differing, failed, true);
		}

	}

	/**
	 * How far a comparison is.
	 *
	 * @param users how many users were looked at, up to their last rows
	 * @param allUsers how many there were at the start, an estimate where they are many
	 * @param rows how many live rows of their streams were compared so far
	 * @param differing how many of the rows so far differ
	 */
	record Progress(long users, long allUsers, long rows, long differing) {
	}

	/**
	 * A row that differs.
	 *
	 * @param userId the user
	 * @param table the table
	 * @param pk the key
	 * @param difference the difference
	 * @param columns the columns that have other values, sorted; members for a table that
	 * a handler reads; empty for other differences
	 */
	record Row(String userId, TableName table, UUID pk, Difference difference, List<String> columns) {

		public Row {
			columns = List.copyOf(columns);
		}

	}

	/** The kinds of differences. */
	enum Difference {

		/** The stream has the row, and the table does not. */
		MISSING_IN_TABLE,
		/** The table has the row, and the stream does not, or has it as deleted. */
		MISSING_IN_STREAM,
		/** Both have the row, with different values. */
		OTHER_VALUES

	}

}
