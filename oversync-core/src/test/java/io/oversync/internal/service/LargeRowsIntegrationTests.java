/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The heap that a request needs depends on the largest row, not on the number of large
 * rows: twenty rows of 8 MB each, in a process with a heap of 128 MB.
 */
@Tag("prove")
class LargeRowsIntegrationTests {

	@Test
	void areHandledAFewAtATime() throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx128m", "-XX:+ExitOnOutOfMemoryError", "-Doversync.test.postgres=" + TestPostgres.createDatabase(),
				"-cp", System.getProperty("java.class.path"), LargeRowsProgram.class.getName())
			.redirectErrorStream(true)
			.start();
		try {
			List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.toList();
			int rows = LargeRowsProgram.ROWS;
			assertThat(lines).contains("conflicts over one row: 1", "conflicts over many rows: 1", "failures: " + rows,
					"replays: [Applied[sourceChangeId=1, newServerVersion=" + (rows + 1) + "]]",
					"replay of the first: [Applied[sourceChangeId=1, newServerVersion=1]]",
					"loose: [applied 2], 0 handled, [" + rows + "], [" + rows + "]",
					"handled: [applied 2], " + rows + " handled, [" + rows + "], [" + rows + "]",
					"broken: [applied 2], 0 handled, [" + rows + "], [0]",
					"kept: [applied 2], 0 handled, [" + rows + "], [0]",
					"rematerialization: Result[users=1, written=" + rows + ", failed=0]", "end");
			assertThat(process.waitFor()).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

}
