/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code that the documentation of server writes shows is the code of this module.
 */
class DocumentedRecipesTests {

	private static final String SECTION = "## JPA, jOOQ, Spring Data JDBC";

	private static final Pattern SNIPPET = Pattern.compile("(?s)```(java|yaml|sql)\n(.*?)```");

	/** A comment line of this form leaves out what is between. */
	private static final String GAP = "(?m)^\\s*// …$";

	@Test
	void theCodeIsTheTestedOne() throws IOException {
		List<String> tested = sources();
		String page = Files.readString(Path.of("../docs/server-writes.md"));
		assertThat(page).contains(SECTION);
		String section = page.substring(page.indexOf(SECTION)).split("(?m)^## ", 3)[1];
		Matcher snippets = SNIPPET.matcher(section);
		int count = 0;
		while (snippets.find()) {
			for (String part : snippets.group(2).split(GAP)) {
				assertThat(tested).anyMatch((file) -> file.contains(squeeze(part)), part);
			}
			count++;
		}
		assertThat(count).isGreaterThan(5);
	}

	private static List<String> sources() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/test"))) {
			return files.filter(Files::isRegularFile)
				.map(DocumentedRecipesTests::read)
				.map(DocumentedRecipesTests::squeeze)
				.toList();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String squeeze(String code) {
		return code.replaceAll("\\s+", "");
	}

}
