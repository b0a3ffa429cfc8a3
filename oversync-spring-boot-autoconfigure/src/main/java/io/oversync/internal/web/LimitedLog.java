/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.sql.SQLException;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures of which there may be thousands: one line each, a few lines a second. The
 * next line names the number of lines that were left out. At level DEBUG all of them are
 * logged, with their stack traces.
 */
final class LimitedLog {

	private static final int LINES_A_SECOND = 5;

	private static final long SECOND = 1_000_000_000L;

	private static final int LONGEST_REASON = 200;

	private final Log logger;

	private final LongSupplier nanoTime;

	private long second;

	private int lines;

	private long leftOut;

	LimitedLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
		this.second = nanoTime.getAsLong();
	}

	/**
	 * Logs a failure.
	 * @param line the failed operation
	 * @param failure its cause
	 */
	void warn(String line, Throwable failure) {
		if (this.logger.isDebugEnabled()) {
			this.logger.debug(line, failure);
			return;
		}
		long before = admit();
		if (before >= 0) {
			this.logger.warn(line + reason(failure.getCause()) + leftOut(before));
		}
	}

	/**
	 * Logs a failure that must be investigated, with its stack trace.
	 * @param line the failed operation
	 * @param failure its cause
	 */
	void error(String line, Throwable failure) {
		long before = admit();
		if (before >= 0) {
			this.logger.error(line + leftOut(before), failure);
		}
	}

	private static String leftOut(long count) {
		return (count > 0) ? " (" + count + " more failures were not logged before)" : "";
	}

	/**
	 * Returns the number of lines that were left out before this one, or -1 to leave it
	 * out, too.
	 */
	private synchronized long admit() {
		long now = this.nanoTime.getAsLong();
		if (now - this.second >= SECOND) {
			this.second = now;
			this.lines = 0;
		}
		if (this.lines == LINES_A_SECOND) {
			this.leftOut++;
			return -1;
		}
		this.lines++;
		long before = this.leftOut;
		this.leftOut = 0;
		return before;
	}

	/** Returns the database's own message, which does not contain the statement. */
	private static String reason(@Nullable Throwable cause) {
		if (cause == null) {
			return "";
		}
		Throwable told = cause;
		while (!(told instanceof SQLException) && told.getCause() != null) {
			told = told.getCause();
		}
		String message = String.valueOf(told.getMessage()).lines().findFirst().orElse("");
		return " [" + told.getClass().getSimpleName() + ": "
				+ message.substring(0, Math.min(message.length(), LONGEST_REASON)) + "]";
	}

}
