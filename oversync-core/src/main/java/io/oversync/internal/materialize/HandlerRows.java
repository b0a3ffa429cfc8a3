/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.store.SqlStates;
import io.oversync.internal.stream.Owner;
import io.oversync.materialize.MaterializationHandler;
import io.oversync.materialize.ReadingMaterializationHandler;
import io.oversync.protocol.Payload;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadLimits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Has handlers read the rows of their tables. A row that its handler cannot read costs
 * only itself: rows that fail together are read one by one, within savepoints.
 */
final class HandlerRows {

	private static final Log logger = LogFactory.getLog(HandlerRows.class);

	private static final int MOST_ROWS = 200;

	/** After as many rows that fail, the others of the table wait, too. */
	private static final int MOST_FAILURES = 10;

	private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

	private static final UploadLimits UNLIMITED = new UploadLimits(Long.MAX_VALUE, Integer.MAX_VALUE,
			Integer.MAX_VALUE);

	private static final String SAVEPOINT = "SAVEPOINT oversync_read";

	private static final String RELEASE = "RELEASE SAVEPOINT oversync_read";

	private static final String UNDO = "ROLLBACK TO SAVEPOINT oversync_read; " + RELEASE;

	private final Map<TableName, ReadingMaterializationHandler> handlers = new HashMap<>();

	private final Map<TableName, Long> logged = new ConcurrentHashMap<>();

	private final TransactionMarks marks = TransactionMarks.create();

	private final JdbcTemplate jdbc;

	HandlerRows(DataSource dataSource, List<MaterializationHandler> handlers) {
		this.jdbc = new JdbcTemplate(dataSource);
		for (MaterializationHandler handler : handlers) {
			if (handler instanceof ReadingMaterializationHandler reading) {
				this.handlers.put(TableName.parse(handler.table()), reading);
			}
		}
	}

	@Nullable ReadingMaterializationHandler find(SyncedTable table) {
		return this.handlers.get(table.name());
	}

	/**
	 * Reads rows.
	 * @param handler the handler of their table
	 * @param table their table
	 * @param owner the user
	 * @param keys their keys
	 * @param sink receives the after-images of the rows that the handler has
	 * @param unreadable receives the rows that it cannot read
	 */
	void read(ReadingMaterializationHandler handler, SyncedTable table, Owner owner, List<UUID> keys, Sink sink,
			Consumer<UUID> unreadable) {
		int failures = 0;
		for (int from = 0; from < keys.size(); from += MOST_ROWS) {
			List<UUID> part = keys.subList(from, Math.min(keys.size(), from + MOST_ROWS));
			if (failures < MOST_FAILURES && tryRead(handler, table, owner, part, sink)) {
				continue;
			}
			for (UUID key : part) {
				if (failures >= MOST_FAILURES || !tryRead(handler, table, owner, List.of(key), sink)) {
					failures++;
					unreadable.accept(key);
				}
			}
		}
	}

	private boolean tryRead(ReadingMaterializationHandler handler, SyncedTable table, Owner owner, List<UUID> keys,
			Sink sink) {
		Map<UUID, Payload> images = new HashMap<>();
		this.jdbc.execute(SAVEPOINT);
		try {
			Map<UUID, String> read = handler.readAll(owner.userId(), List.copyOf(keys));
			for (UUID key : keys) {
				String json = read.get(key);
				if (json != null) {
					images.put(key, image(new RowKey(table.name(), key), json));
				}
			}
			if (this.marks.isRollbackOnly()) {
				throw new IllegalStateException("The handler marked the transaction rollback-only");
			}
		}
		// also checked exceptions, which handlers in other languages throw undeclared
		catch (Exception | StackOverflowError | AssertionError | LinkageError ex) {
			if (ex instanceof RuntimeException transientFailure && SqlStates.isTransient(ex)) {
				throw transientFailure;
			}
			this.jdbc.execute(UNDO);
			this.marks.reset();
			log(table, keys, ex);
			return false;
		}
		this.jdbc.execute(RELEASE);
		images.forEach(sink::accept);
		return true;
	}

	private static Payload image(RowKey row, String json) {
		Payload image = Payload.parse(json, UNLIMITED);
		if (image.kind() != Payload.Kind.OBJECT) {
			throw new IllegalArgumentException("The image of " + row + " is not a JSON object that can be stored");
		}
		return image;
	}

	private void log(SyncedTable table, List<UUID> keys, Throwable failure) {
		long now = System.nanoTime();
		Long last = this.logged.get(table.name());
		if (last != null && now - last < LOG_INTERVAL.toNanos()) {
			logger.debug("The MaterializationHandler could not read rows of " + table.name(), failure);
			return;
		}
		this.logged.put(table.name(), now);
		logger
			.error(("The MaterializationHandler of %s could not read %s. What the application has written to a row that"
					+ " cannot be read does not reach devices, and uploads of the row are answered 503, until an attempt"
					+ " succeeds; it is repeated")
				.formatted(table.name(),
						(keys.size() == 1) ? "the row " + keys.get(0) : keys.size() + " rows together"),
					failure);
	}

	/** Receives after-images. */
	@FunctionalInterface
	interface Sink {

		void accept(UUID key, Payload image);

	}

}
