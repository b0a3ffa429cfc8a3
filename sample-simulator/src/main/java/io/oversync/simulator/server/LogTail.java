/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The end of a log, for the message of a failure.
 */
final class LogTail {

	private static final int LINES = 30;

	private LogTail() {
	}

	/** Returns the last lines, below a heading. */
	static String of(Path log) {
		try {
			// a line that was torn or is no UTF-8 must not hide the others
			List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
			List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
			return System.lineSeparator() + "The end of " + log + ":" + System.lineSeparator()
					+ String.join(System.lineSeparator(), last);
		}
		catch (IOException ex) {
			return System.lineSeparator() + "There is no " + log;
		}
	}

}
