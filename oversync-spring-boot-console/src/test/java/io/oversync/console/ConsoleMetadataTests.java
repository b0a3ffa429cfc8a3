/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata that editors show for the properties.
 */
class ConsoleMetadataTests {

	@Test
	void everyPropertyHasADescriptionAndItsDefault() throws Exception {
		Map<String, String> defaults = new TreeMap<>();
		for (JsonNode property : read().get("properties")) {
			String name = property.get("name").asString();
			assertThat(property.path("description").asString("")).as(name).endsWith(".").hasSizeGreaterThan(20);
			defaults.put(name, property.path("defaultValue").asString(""));
		}
		assertThat(defaults).containsOnly(Map.entry("oversync.console.enabled", "false"),
				Map.entry("oversync.console.path", "/oversync-console"),
				Map.entry("oversync.console.authority", "OVERSYNC_ADMIN"));
	}

	private static JsonNode read() throws Exception {
		try (InputStream metadata = OversyncConsoleProperties.class.getProtectionDomain()
			.getCodeSource()
			.getLocation()
			.toURI()
			.resolve("META-INF/spring-configuration-metadata.json")
			.toURL()
			.openStream()) {
			return JsonMapper.shared().readTree(metadata);
		}
	}

}
