/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.oversync.service.SyncService;
import io.oversync.verification.chaos.StatementRewriter.Rewrite;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The planting of a bug in one server: around its parts, or in its database.
 */
interface Planting {

	/** Wraps the data source of all statements of the server. */
	default DataSource dataSource(DataSource real) {
		return real;
	}

	default PlatformTransactionManager transactionManager(PlatformTransactionManager real) {
		return real;
	}

	/**
	 * Wraps the engine.
	 * @param real the engine
	 * @param database a way into the database past the server
	 */
	default SyncService service(SyncService real, JdbcTemplate database) {
		return real;
	}

	/**
	 * Returns whether a second process takes every other upload: each lets a user's
	 * uploads in one by one.
	 */
	default boolean needsTwoProcesses() {
		return false;
	}

	/**
	 * Completes the planting when the server is up and before its first request.
	 * @param service the engine with its wrappers
	 * @param database has a schema {@code planted} for what the bug needs
	 * @throws IllegalStateException if the product has changed so that the bug has no
	 * effect
	 */
	default void complete(SyncService service, JdbcTemplate database) {
	}

	static Planting nothing() {
		return new Planting() {

			@Override
			public boolean needsTwoProcesses() {
				return true;
			}

		};
	}

	static Planting around(UnaryOperator<SyncService> wrapper) {
		return around((real, database) -> wrapper.apply(real));
	}

	static Planting around(BiFunction<SyncService, JdbcTemplate, SyncService> wrapper) {
		return new Planting() {

			@Override
			public SyncService service(SyncService real, JdbcTemplate database) {
				return wrapper.apply(real, database);
			}

		};
	}

	static Planting rewriting(Rewrite... rewrites) {
		StatementRewriter rewriter = new StatementRewriter(rewrites);
		return new Planting() {

			@Override
			public DataSource dataSource(DataSource real) {
				return rewriter.around(real);
			}

			@Override
			public void complete(SyncService service, JdbcTemplate database) {
				rewriter.requireUseIn(service);
			}

		};
	}

	static Planting inDatabase(String... statements) {
		return new Planting() {

			@Override
			public void complete(SyncService service, JdbcTemplate database) {
				for (String statement : statements) {
					database.execute(statement);
				}
			}

		};
	}

}
