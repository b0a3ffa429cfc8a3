/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A failed check.
 *
 * @param user the user of the play
 * @param message the exact difference
 */
public record Failure(String user, String message) {

	private static final int FRAMES = 5;

	/**
	 * Describes an unexpected exception.
	 * @param problem an exception
	 * @return its class, its message, the first lines of its stack trace, and the same of
	 * its causes
	 */
	public static String describe(Throwable problem) {
		StringBuilder text = new StringBuilder(frames(problem));
		for (@Nullable
		Throwable cause = problem.getCause(); cause != null; cause = cause.getCause()) {
			text.append(System.lineSeparator()).append("caused by ").append(frames(cause));
		}
		return text.toString();
	}

	private static String frames(Throwable problem) {
		return problem + Arrays.stream(problem.getStackTrace())
			.limit(FRAMES)
			.map((frame) -> System.lineSeparator() + "  at " + frame)
			.collect(Collectors.joining());
	}

}
