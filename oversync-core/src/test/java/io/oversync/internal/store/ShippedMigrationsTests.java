/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A migration that was released is never edited: databases that ran it would refuse to
 * start. A new file adds the line that
 * {@link #migrationsThatWereReleasedAreNeverEdited()} prints.
 */
class ShippedMigrationsTests {

	/** SHA-256 of each released file, with line feeds as line ends. */
	private static final Map<String, String> RELEASED = Map.of("V1__sync_schema.sql",
			"c4e8eb5ecf633420d211ae0c669e876df9a47aacfd2f02d3a5063d4f253c9621");

	@Test
	void migrationsThatWereReleasedAreNeverEdited() throws Exception {
		Map<String, String> shipped = hashes();
		assertThat(shipped).as("shipped migrations: %s", shipped).containsAllEntriesOf(RELEASED);
	}

	@Test
	void theLibraryNeedsTheLatestMigrationThatItShips() throws Exception {
		SchemaVersion latest = hashes().keySet()
			.stream()
			.map((name) -> SchemaVersion.parse(name.substring(1, name.indexOf("__"))))
			.max(SchemaVersion::compareTo)
			.orElseThrow();
		assertThat(latest).isEqualTo(SchemaMigrator.NEEDED);
	}

	private static Map<String, String> hashes() throws Exception {
		Map<String, String> hashes = new TreeMap<>();
		for (Resource file : files()) {
			String text = file.getContentAsString(StandardCharsets.UTF_8).replace("\r\n", "\n");
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			hashes.put(file.getFilename(), HexFormat.of().formatHex(hash));
		}
		return hashes;
	}

	private static Resource[] files() throws IOException {
		return new PathMatchingResourcePatternResolver().getResources("classpath*:io/oversync/store/migration/*");
	}

}
