/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.io.PrintStream;
import java.time.Duration;

/**
 * The simulator's output: lines that stay, and one line of progress below them.
 * Thread-safe.
 */
public final class Console {

	private static final Duration PERIOD = Duration.ofSeconds(3);

	private static final String CLEAR_LINE = "\r\u001b[K";

	private final PrintStream out;

	private final boolean terminal;

	private final Duration period;

	private boolean progressShown;

	private long lastProgress = System.nanoTime();

	/**
	 * Creates a console.
	 * @param out the output
	 * @param terminal whether a line can be rewritten; otherwise a line of progress is
	 * printed every few seconds
	 */
	public Console(PrintStream out, boolean terminal) {
		this(out, terminal, PERIOD);
	}

	Console(PrintStream out, boolean terminal, Duration period) {
		this.out = out;
		this.terminal = terminal;
		this.period = period;
	}

	/**
	 * Prints a text that stays.
	 * @param text one line or more
	 */
	public synchronized void say(String text) {
		clearProgress();
		this.out.println(text);
		this.out.flush();
		this.lastProgress = System.nanoTime();
	}

	/**
	 * Reports progress. It may be called often and is shown at a reasonable rate.
	 * @param line one line, shorter than a terminal is wide
	 */
	public synchronized void progress(String line) {
		if (this.terminal) {
			this.out.print(CLEAR_LINE + line);
			this.out.flush();
			this.progressShown = true;
		}
		else if (System.nanoTime() - this.lastProgress >= this.period.toNanos()) {
			say(line);
		}
	}

	private void clearProgress() {
		if (this.progressShown) {
			this.out.print(CLEAR_LINE);
			this.progressShown = false;
		}
	}

}
