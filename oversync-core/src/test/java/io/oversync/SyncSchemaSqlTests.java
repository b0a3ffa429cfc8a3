/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All statements on the tables of the sync schema are in one package.
 */
class SyncSchemaSqlTests {

	private static final Path SOURCES = Path.of("src/main/java");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

	private static final Pattern TABLE = Pattern.compile("\\bsync\\.(stream|source|synced_table|change|row_version"
			+ "|restore|device|row_owner|captured_row|materialize_failures|schema_history)\\b");

	@Test
	void onlyTheStoresNameTheTables() throws IOException {
		assertThat(packagesThatNameTables()).containsExactly("io/oversync/internal/store");
	}

	private static Set<String> packagesThatNameTables() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			List<Path> sources = files.filter((file) -> file.toString().endsWith(".java")).toList();
			return sources.stream()
				.filter((file) -> TABLE.matcher(code(file)).find())
				.map((file) -> SOURCES.relativize(file.getParent()).toString().replace('\\', '/'))
				.collect(Collectors.toCollection(TreeSet::new));
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
