/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.oversync.console.OversyncConsoleProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings that the documentation names are those that exist. Its Java is held by the
 * tests of the recipes.
 */
class ConsoleDocumentationTests {

	private static final Pattern SETTING = Pattern.compile("oversync\\.console\\.([a-z-]+)");

	@ParameterizedTest
	@ValueSource(strings = { "README.md", "docs/console.md" })
	void namesEachPropertyWithItsDefault(String page) throws IOException {
		String text = Files.readString(Path.of("..", page));
		Set<String> settings = SETTING.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toSet());
		assertThat(settings).containsExactlyInAnyOrder("authority", "enabled", "path");
		OversyncConsoleProperties defaults = new OversyncConsoleProperties(false, "/oversync-console",
				"OVERSYNC_ADMIN");
		assertThat(text).contains(defaults.path(), defaults.authority());
	}

	@Test
	void thePicturesAreThere() throws IOException {
		for (String name : new String[] { "console-overview.png", "console-stream.png" }) {
			assertThat(Files.size(Path.of("../docs/images", name))).isBetween(10_000L, 200_000L);
			assertThat(Files.readString(Path.of("../docs/console.md"))).contains("images/" + name);
		}
	}

}
