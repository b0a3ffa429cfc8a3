/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Java of the documentation is that of {@link ConsoleSecurity}, which tests run.
 */
class ConsoleDocumentationTests {

	private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	@Test
	void itsJavaIsTested() throws IOException {
		String tested = normalized(
				Files.readString(Path.of("src/test/java/io/oversync/internal/console/ConsoleSecurity.java")));
		List<String> snippets = JAVA.matcher(Files.readString(Path.of("../docs/console.md")))
			.results()
			.map((MatchResult result) -> normalized(result.group(1)))
			.toList();
		assertThat(snippets).hasSize(3).allSatisfy((snippet) -> assertThat(tested).contains(snippet));
	}

	private static String normalized(String code) {
		return code.replaceAll("\\s+", "");
	}

	@Test
	void itNamesEachProperty() throws IOException {
		assertThat(Files.readString(Path.of("../docs/console.md"))).contains("`oversync.console.enabled`",
				"`oversync.console.path`", "`oversync.console.authority`", "`/oversync-console`", "`OVERSYNC_ADMIN`");
	}

}
