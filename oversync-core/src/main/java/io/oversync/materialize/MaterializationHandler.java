/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.materialize;

import java.util.List;

/**
 * Writes the rows of one registered table in the application's own way, instead of the
 * automatic typed materialisation (protocol §2.2). Declare it as a bean.
 * <p>
 * Methods run in the transaction of the upload, on its connection, within a savepoint:
 * write through the same {@code DataSource} with Spring's JDBC support, or with JPA
 * (Hibernate) where the application's transaction manager is JPA's. An exception, or a
 * transaction that is marked rollback-only, rolls back what the call wrote; a batch is
 * then tried again row by row, and a row that still fails is recorded as a failure while
 * its change stays applied. The message of a {@link MaterializationException} is shown to
 * the user whose row it is; other messages only go to the log.
 * <p>
 * What a handler commits in a transaction of its own ({@code REQUIRES_NEW}) stays,
 * whatever becomes of the row; it may be called several times for one.
 * <p>
 * What the application itself writes to the table reaches devices only if the handler is
 * a {@link ReadingMaterializationHandler}.
 * <p>
 * The handler is responsible for never touching rows of other users, and for never making
 * a row refer to one.
 */
public interface MaterializationHandler {

	/**
	 * Returns the table that this handler writes.
	 * @return {@code schema.table}, registered for sync
	 */
	String table();

	/**
	 * Writes a row that is new or was changed.
	 * @param row the row, with its payload
	 */
	void upsert(MaterializedRow row);

	/**
	 * Deletes a row; it may be gone already.
	 * @param row the row, without a payload
	 */
	void delete(MaterializedRow row);

	/**
	 * Writes rows of one upload: all of them unless their payloads are many megabytes,
	 * which come in several calls.
	 * @param rows the rows, parents before children, each once
	 */
	default void upsertAll(List<MaterializedRow> rows) {
		rows.forEach(this::upsert);
	}

	/**
	 * Deletes rows of one upload.
	 * @param rows the rows, children before parents, each once
	 */
	default void deleteAll(List<MaterializedRow> rows) {
		rows.forEach(this::delete);
	}

}
