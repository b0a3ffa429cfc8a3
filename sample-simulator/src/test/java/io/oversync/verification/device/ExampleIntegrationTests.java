/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.oversync.client.example.TwoDevices;
import io.oversync.sample.SampleServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example of the client's README does what the README says.
 */
class ExampleIntegrationTests {

	@Test
	void theExampleRuns() throws Exception {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		PrintStream before = System.out;
		try (SampleServer server = SampleServer.start();
				PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8)) {
			System.setOut(captured);
			TwoDevices.main(new String[] { server.baseUrl() });
		}
		finally {
			System.setOut(before);
		}
		assertThat(output.toString(StandardCharsets.UTF_8)).contains("phone:  UploadResult[uploaded=1, applied=1")
			.contains("tablet: DownloadResult[downloaded=1, applied=1")
			.contains("ResolvedConflict")
			.contains("tablet: Anna, ann@example.com");
	}

	@Test
	void theReadmeShowsTheExample() throws Exception {
		Path module = Path.of("..", "oversync-sqlite-client");
		String source = Files.readString(module.resolve("src/test/java/io/oversync/client/example/TwoDevices.java"))
			.replace("\t", "  ");
		assertThat(source.substring(source.indexOf("package")).lines().count()).isLessThan(60);
		String readme = Files.readString(module.resolve("README.md"));
		assertThat(readme).contains(source.substring(source.indexOf("public final class")).strip());
	}

}
