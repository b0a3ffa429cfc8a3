/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start with sync as it is set up. Says what is wrong and how to
 * fix it; Spring Boot prints both instead of a stack trace.
 */
@SuppressWarnings("serial")
public final class OversyncStartupException extends RuntimeException {

	private final String problem;

	private final String action;

	/**
	 * Creates the exception.
	 * @param problem what is wrong, naming the property or the table
	 * @param action how to fix it
	 */
	public OversyncStartupException(String problem, String action) {
		this(problem, action, null);
	}

	/**
	 * Creates the exception.
	 * @param problem what is wrong, naming the property or the table
	 * @param action how to fix it
	 * @param cause the database's error, null for none
	 */
	public OversyncStartupException(String problem, String action, @Nullable Throwable cause) {
		super(problem + " " + action, cause);
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Returns what is wrong.
	 * @return whole sentences
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Returns how to fix it.
	 * @return whole sentences
	 */
	public String getAction() {
		return this.action;
	}

}
