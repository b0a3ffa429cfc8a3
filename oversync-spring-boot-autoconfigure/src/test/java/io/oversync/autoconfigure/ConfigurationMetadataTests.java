/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata that editors show for the properties. It is empty if the annotation
 * processor did not run.
 */
class ConfigurationMetadataTests {

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("oversync.enabled", "true"),
			Map.entry("oversync.base-path", "/sync"), Map.entry("oversync.admin-path", "/admin"),
			Map.entry("oversync.registered-tables", ""), Map.entry("oversync.schema.mode", "migrate"),
			Map.entry("oversync.capture.mode", "migrate"), Map.entry("oversync.capture.interval", "1s"),
			Map.entry("oversync.identity.user-claim", "sub"), Map.entry("oversync.identity.source-claim", "did"),
			Map.entry("oversync.identity.source-header", "Oversync-Source-ID"),
			Map.entry("oversync.identity.source-from", "claim-or-header"),
			Map.entry("oversync.upload.max-request-size", "64MB"),
			Map.entry("oversync.upload.max-payload-size", "16MB"),
			Map.entry("oversync.upload.max-nesting-depth", "500"), Map.entry("oversync.upload.max-changes", "0"),
			Map.entry("oversync.upload.watermark", "highest"), Map.entry("oversync.upload.lock-timeout", "2s"),
			Map.entry("oversync.upload.max-attempts", "4"), Map.entry("oversync.upload.max-conflict-size", ""),
			Map.entry("oversync.download.answers-per-user", "8"), Map.entry("oversync.download.min-rate", "2KB"),
			Map.entry("oversync.download.grace", "60s"), Map.entry("oversync.download.longest-changes", "30s"),
			Map.entry("oversync.foreign-keys.make-deferrable", "false"), Map.entry("oversync.datasource", ""),
			Map.entry("oversync.request-timeout", "8s"), Map.entry("oversync.concurrency.connections-per-user", "2"),
			Map.entry("oversync.concurrency.waiting-per-user", "16"),
			Map.entry("oversync.concurrency.requests-per-user", "16"), Map.entry("oversync.concurrency.requests", ""),
			Map.entry("oversync.concurrency.guard-tomcat", "true"), Map.entry("oversync.upload.min-rate", "8KB"),
			Map.entry("oversync.upload.grace", "20s"), Map.entry("oversync.upload.memory", ""),
			Map.entry("oversync.restored-at", ""), Map.entry("oversync.devices.interval", "30s"),
			Map.entry("oversync.watch.poll-interval", "500ms"), Map.entry("oversync.watch.heartbeat", "20s"),
			Map.entry("oversync.watch.per-user", "20"), Map.entry("oversync.watch.total", ""),
			Map.entry("oversync.watch.listen", "false"), Map.entry("oversync.watch.listen-datasource", ""),
			Map.entry("oversync.retention.enabled", "false"), Map.entry("oversync.retention.changes", "7d"),
			Map.entry("oversync.retention.devices", "180d"), Map.entry("oversync.retention.interval", "1d"),
			Map.entry("oversync.retention.tombstones", ""), Map.entry("oversync.openapi.enabled", "false"),
			Map.entry("oversync.metrics.enabled", "true"), Map.entry("oversync.metrics.interval", "1m"),
			// of the Actuator endpoint
			Map.entry("management.endpoint.oversync.access", "unrestricted"),
			Map.entry("management.endpoint.oversync.cache.time-to-live", "0ms"));

	@Test
	void everyPropertyHasADescriptionAndItsDefault() throws Exception {
		Map<String, String> defaults = new TreeMap<>();
		for (JsonNode property : read().get("properties")) {
			String name = property.get("name").asString();
			assertThat(property.path("description").asString("")).as(name).endsWith(".").hasSizeGreaterThan(20);
			defaults.put(name, property.path("defaultValue").asString(""));
		}
		assertThat(defaults).containsExactlyInAnyOrderEntriesOf(DEFAULTS);
	}

	private static JsonNode read() throws Exception {
		try (InputStream metadata = OversyncProperties.class.getProtectionDomain()
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
