/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.program;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConsoleTests {

	private static final String CLEAR = "\r\u001b[K";

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final PrintStream out = new PrintStream(this.bytes, true, StandardCharsets.UTF_8);

	@Test
	void aTerminalShowsOneLineOfProgressBelowWhatStays() {
		Console console = new Console(this.out, true);
		console.progress("1 of 3");
		console.progress("2 of 3");
		console.say("done");
		console.say("really");
		assertThat(printed()).isEqualTo(CLEAR + "1 of 3" + CLEAR + "2 of 3" + CLEAR + "done\nreally\n");
	}

	@Test
	void elsewhereProgressIsALineNowAndThen() {
		Console often = new Console(this.out, false, Duration.ZERO);
		often.progress("1 of 3");
		often.progress("2 of 3");
		Console seldom = new Console(this.out, false, Duration.ofHours(1));
		seldom.progress("3 of 3");
		seldom.say("done");
		assertThat(printed()).isEqualTo("1 of 3\n2 of 3\ndone\n");
	}

	private String printed() {
		return this.bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
	}

}
