/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.io.IOException;
import java.sql.SQLException;

import io.oversync.protocol.SyncException;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The causes of failed requests, as far as they are known.
 */
final class FailureCause {

	private static final int DEEPEST = 20;

	private FailureCause() {
	}

	/**
	 * Names what became of a request that failed as a whole.
	 * @param failure the failure
	 * @return a name of a small set
	 */
	static String outcome(Throwable failure) {
		if (failure instanceof SyncException sync) {
			return (sync.code().status() == 503) ? unavailable(sync) : sync.code().code();
		}
		return (failure instanceof IOException || failure.getCause() instanceof IOException) ? "broken" : "error";
	}

	/** A request that was refused without trying has no cause. */
	private static String unavailable(SyncException failure) {
		Throwable cause = failure.getCause();
		if (cause == null) {
			return "busy";
		}
		for (int i = 0; cause != null && i < DEEPEST; i++) {
			if (cause instanceof CannotCreateTransactionException) {
				return "no_connection";
			}
			if (cause instanceof SQLException sql && sql.getSQLState() != null) {
				return state(sql.getSQLState());
			}
			cause = cause.getCause();
		}
		return "unavailable";
	}

	private static String state(@Nullable String state) {
		if (state == null) {
			return "unavailable";
		}
		return switch (state) {
			case "55P03" -> "lock_timeout";
			case "40P01" -> "deadlock";
			case "40001" -> "serialization";
			case "57014" -> "statement_timeout";
			default -> state.startsWith("08") ? "no_connection" : state.startsWith("53") ? "exhausted" : "unavailable";
		};
	}

}
