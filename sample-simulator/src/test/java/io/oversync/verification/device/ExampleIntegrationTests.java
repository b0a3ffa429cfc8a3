/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import io.oversync.test.JavaProcess;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example of the client's README runs as the README describes.
 */
class ExampleIntegrationTests {

	private static final Path MODULE = Path.of("..", "oversync-sqlite-client");

	private static final Path SOURCE = MODULE.resolve("src/test/java/io/oversync/client/example/TwoDevices.java");

	@Test
	void theExampleRuns() throws Exception {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class)) {
			Process example = new ProcessBuilder(JavaProcess.java(), "-cp", System.getProperty("java.class.path"),
					SOURCE.toString(), server.baseUrl())
				.redirectErrorStream(true)
				.start();
			String output = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(output).containsPattern("phone:  \\w+\\[uploaded=1, applied=1")
				.containsPattern("tablet: \\w+\\[downloaded=1, applied=1")
				.contains("ResolvedConflict")
				.contains("tablet: Anna, ann@example.com");
			assertThat(example.waitFor()).isZero();
		}
	}

	@Test
	void theReadmeShowsTheExample() throws Exception {
		String source = Files.readString(SOURCE).replace("\t", "  ");
		assertThat(source.substring(source.indexOf("package")).lines().count()).isLessThan(60);
		String readme = Files.readString(MODULE.resolve("README.md"));
		assertThat(readme).contains(source.substring(source.indexOf("public final class")).strip());
	}

}
