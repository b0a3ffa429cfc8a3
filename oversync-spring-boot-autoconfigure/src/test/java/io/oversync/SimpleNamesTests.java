/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No two classes of the main sources have the same simple name, so that a name is enough
 * to find a class. The client is left out: it has its own records for the protocol.
 */
class SimpleNamesTests {

	/** The module is where tests run. */
	private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

	@Test
	void belongToOneClassEach() throws IOException {
		Map<String, List<Path>> files = new TreeMap<>();
		try (Stream<Path> modules = Files.list(PROJECT)) {
			for (Path module : modules.toList()) {
				Path sources = module.resolve("src/main/java");
				if (Files.isDirectory(sources) && !module.endsWith("oversync-sqlite-client")) {
					collect(sources, files);
				}
			}
		}
		assertThat(files).hasSizeGreaterThan(300);
		files.values().removeIf((paths) -> paths.size() == 1);
		assertThat(files).isEmpty();
	}

	private static void collect(Path sources, Map<String, List<Path>> files) throws IOException {
		try (Stream<Path> paths = Files.walk(sources)) {
			paths.map(PROJECT::relativize)
				.filter((path) -> path.toString().endsWith(".java") && !path.endsWith("package-info.java"))
				.forEach((path) -> files.computeIfAbsent(path.getFileName().toString(), (name) -> new ArrayList<>())
					.add(path));
		}
	}

}
