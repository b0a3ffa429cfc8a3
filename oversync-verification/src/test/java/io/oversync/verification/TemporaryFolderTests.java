/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.oversync.test.TemporaryFolder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TemporaryFolderTests {

	@Test
	void itGoesWithAllThatIsInIt() throws IOException {
		Path path;
		try (TemporaryFolder folder = new TemporaryFolder()) {
			path = folder.path();
			assertThat(path).isEmptyDirectory();
			Files.writeString(Files.createDirectory(path.resolve("inner")).resolve("file"), "text");
		}
		assertThat(path).doesNotExist();
	}

}
