/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.UUID;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The error of a failure is short and can be stored.
 */
class RowFailureTests {

	@Test
	void keepsWhatIsShort() {
		assertThat(bound("Größe 😀")).isEqualTo("Größe 😀");
		assertThat(bound("x".repeat(1_000))).hasSize(1_000).endsWith("x");
	}

	@Test
	void cutsBetweenCharacters() {
		String bounded = bound("😀".repeat(5_000_000));
		assertThat(bounded.codePointCount(0, bounded.length())).isEqualTo(1_000);
		assertThat(bounded).endsWith("😀…");
	}

	@Test
	void replacesWhatTheDatabaseCannotStore() {
		assertThat(bound("a\0b\ud83dc")).isEqualTo("a\ufffdb\ufffdc");
	}

	private static String bound(String error) {
		BusinessWrite write = BusinessWrite.delete(new RowKey(new TableName("app", "note"), new UUID(0, 1)),
				new RowState(1, true, 1, 0));
		return new RowFailure(write, error).error();
	}

}
