/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import org.jspecify.annotations.Nullable;

/**
 * A reason why the sample cannot start that its user can remove. Printed without a stack
 * trace.
 */
class StartupProblem extends RuntimeException {

	private final String action;

	/**
	 * Creates one.
	 * @param description what is wrong
	 * @param action what to do about it
	 * @param cause what was caught, if anything
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
