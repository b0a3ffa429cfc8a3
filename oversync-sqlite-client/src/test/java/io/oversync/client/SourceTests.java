/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only the sources show: the class that owns a table, and names across modules.
 */
class SourceTests {

	/** The module is where tests run. */
	private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

	private static final Path CLIENT = Path.of("src/main/java");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

	private static final Pattern STATE = Pattern.compile("\\b_sync_state\\b");

	/** Published by the engine and by the client, which no application calls at once. */
	private static final Set<String> SHARED_NAMES = Set.of("SyncException");

	@Test
	void onlySyncStateNamesItsTable() throws IOException {
		assertThat(sources(CLIENT)).filteredOn((file) -> STATE.matcher(code(file)).find())
			.extracting((file) -> file.getFileName().toString())
			.containsExactly("SyncState.java");
	}

	@Test
	void noTwoClassesHaveOneName() throws IOException {
		Map<String, Set<String>> modules = new TreeMap<>();
		int files = 0;
		for (Path module : modules()) {
			for (Path source : sources(module.resolve("src/main/java"))) {
				String file = source.getFileName().toString();
				if (!file.endsWith("-info.java")) {
					files++;
					modules.computeIfAbsent(file.replace(".java", ""), (name) -> new TreeSet<>())
						.add(source.toString());
				}
			}
		}
		assertThat(files).isGreaterThan(300);
		modules.values().removeIf((places) -> places.size() < 2);
		assertThat(modules.keySet()).as("%s", modules).containsExactlyInAnyOrderElementsOf(SHARED_NAMES);
	}

	private static List<Path> modules() throws IOException {
		try (Stream<Path> folders = Files.list(PROJECT)) {
			return folders.filter((folder) -> Files.isDirectory(folder.resolve("src/main/java"))).toList();
		}
	}

	private static List<Path> sources(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList();
		}
	}

	private static String code(Path file) {
		try {
			return COMMENT.matcher(Files.readString(file)).replaceAll("");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
