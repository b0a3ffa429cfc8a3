/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the files of the page may not do.
 */
class ConsoleFilesTests {

	private static final Path ASSETS = Path.of("src/main/resources/io/oversync/internal/console/assets");

	private static List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(ASSETS)) {
			return files.toList();
		}
	}

	@Test
	void allAreServed() throws IOException {
		assertThat(files()).extracting((file) -> file.getFileName().toString())
			.containsExactlyInAnyOrderElementsOf(ConsoleFiles.names());
	}

	@Test
	void noneTurnsTextIntoMarkupOrCode() throws IOException {
		for (Path file : files()) {
			assertThat(Files.readString(file)).as(file.toString())
				.doesNotContainPattern(
						"(?i)innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|\\beval\\b"
								+ "|new Function|createContextualFragment|setHTMLUnsafe|\\.srcdoc|cssText");
		}
	}

	@Test
	void noneComesFromOrLeadsElsewhere() throws IOException {
		for (Path file : files()) {
			assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", "")).as(file.toString())
				.doesNotContain("http:", "https:", "//cdn", "@import", "url(");
		}
	}

}
