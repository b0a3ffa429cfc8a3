/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Where the simulator talks to people: lines that stay, and one line of progress below
 * them. Thread-safe.
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
	 * Creates one.
	 * @param out where everything goes
	 * @param terminal whether a line can be rewritten there; otherwise there is a line of
	 * progress every few seconds
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
	 * Tells how far something has come. Call it often; it is shown as often as it makes
	 * sense.
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
