/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import org.jspecify.annotations.Nullable;

/**
 * A problem at start-up that the user can fix. Printed without a stack trace.
 */
class StartupProblem extends RuntimeException {

	private final String action;

	/**
	 * Creates the exception.
	 * @param description the problem
	 * @param action the remedy
	 * @param cause the cause, if any
	 */
	StartupProblem(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	StartupProblem(String description, String action) {
		this(description, action, null);
	}

	String action() {
		return this.action;
	}

}
