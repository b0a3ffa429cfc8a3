/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.service;

import java.util.List;
import java.util.UUID;

import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.IllegalTransactionStateException;

/**
 * Writes rows of users from the application's own code, so that all devices of the user
 * receive them: for tables with {@code materialize: false}, of which the stream is all
 * there is, and for explicit writes to any other registered table. Needs no request and
 * no authenticated user.
 * <p>
 * <b>What is written.</b> One change of the source {@code server} with the row's next
 * version (protocol §2.1), whatever version the row had, and the row in its business
 * table (§2.2). A device that edited an earlier version meets it as a conflict. What the
 * application has written to captured tables by other means, also earlier in the same
 * transaction, becomes a change of its own before that.
 * <p>
 * <b>Transactions.</b> A call joins the current Spring transaction of Oversync's
 * DataSource: devices receive the rows once it commits, and never if it rolls back.
 * Without one, the call has a transaction of its own. The transaction has to be one of
 * the isolation level READ COMMITTED that may write. Pending writes of JPA are flushed
 * first; entities of written rows that are in memory stay as they are. Deferred
 * constraints are checked within the call.
 * <p>
 * <b>Locks.</b> The first call for a user locks the user's stream until the transaction
 * ends: uploads of the user wait, and are answered 503 after
 * {@code oversync.upload.lock-timeout}; downloads wait only to absorb rows that triggers
 * noted. So write late in the transaction and keep it short, pass all rows of a user in
 * one call of {@link #write}, and write to several users in one order everywhere, such as
 * that of their ids, or PostgreSQL ends one of two transactions that wait for each other.
 * <p>
 * <b>Errors.</b> An exception means that the call has written nothing; the caller's
 * transaction may go on. In the caller's transaction nothing is tried again: locks that
 * are held for too long, deadlocks, and rows that the application writes at the same time
 * are a {@link TransientDataAccessException}, after which the caller may repeat the whole
 * transaction. A transaction of its own is tried again like an upload and ends with a
 * {@link SyncException} if that does not help.
 */
public interface ServerWrites {

	/**
	 * Inserts or updates a row; one that was deleted comes back.
	 * @param userId the owner, as the application's security names the user
	 * @param table a registered table: {@code schema.table}, or {@code table} for one of
	 * the schema {@code public}
	 * @param key the key of the row
	 * @param json the full row as a JSON object, with its key: devices receive it
	 * character by character. The limits of payloads in uploads hold.
	 * @return the version of the row; not changed if the stream has the same JSON already
	 * @throws IllegalArgumentException if the user, the table or the payload can never be
	 * written
	 * @throws RefusedWriteException if the row refers to one that the user does not have,
	 * or its business table refuses it
	 * @throws IllegalTransactionStateException if the current transaction does not fit
	 */
	Result upsert(String userId, String table, UUID key, String json);

	/**
	 * Deletes a row, and what refers to it as its foreign keys say (protocol §2.1).
	 * @param userId the owner
	 * @param table a registered table
	 * @param key the key of the row
	 * @return the version of the row; not changed if the user has no such row
	 * @throws IllegalArgumentException if the user or the table cannot be written
	 * @throws RefusedWriteException if other rows refer to the row by a foreign key that
	 * forbids the delete
	 * @throws IllegalTransactionStateException if the current transaction does not fit
	 */
	Result delete(String userId, String table, UUID key);

	/**
	 * Writes several rows of one user, all or none of them. The order is that of an
	 * upload: upserts before deletes, parents before children for upserts and after them
	 * for deletes; several writes of one row take effect in their order.
	 * @param userId the owner
	 * @param writes the rows
	 * @return what came of each, in the order of the writes
	 * @throws IllegalArgumentException as for a single row
	 * @throws RefusedWriteException as for a single row
	 * @throws IllegalTransactionStateException if the current transaction does not fit
	 */
	List<Result> write(String userId, List<Write> writes);

	/**
	 * One row to be written.
	 *
	 * @param table a registered table
	 * @param key the key of the row
	 * @param json the full row as a JSON object, null to delete it
	 */
	record Write(String table, UUID key, @Nullable String json) {

		/**
		 * Inserts or updates a row.
		 * @param table a registered table
		 * @param key the key of the row
		 * @param json the full row as a JSON object
		 * @return the write
		 */
		public static Write upsert(String table, UUID key, String json) {
			if (json == null) {
				throw new IllegalArgumentException(
						"An upsert of row %s of %s needs the row as a JSON object".formatted(key, table));
			}
			return new Write(table, key, json);
		}

		/**
		 * Deletes a row.
		 * @param table a registered table
		 * @param key the key of the row
		 * @return the write
		 */
		public static Write delete(String table, UUID key) {
			return new Write(table, key, null);
		}

	}

	/**
	 * What came of one write.
	 *
	 * @param version the version of the row, 0 for one that the user never had
	 * @param changed whether there was anything to do
	 */
	record Result(long version, boolean changed) {
	}

}
