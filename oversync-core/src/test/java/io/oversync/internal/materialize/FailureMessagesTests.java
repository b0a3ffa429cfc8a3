/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user is told about a row that was not written.
 */
class FailureMessagesTests {

	@Test
	void keepsWhatIsShort() {
		assertThat(FailureMessages.bound("Größe 😀")).isEqualTo("Größe 😀");
		assertThat(FailureMessages.bound("x".repeat(1_000))).hasSize(1_000).endsWith("x");
	}

	@Test
	void cutsBetweenCharacters() {
		String bounded = FailureMessages.bound("😀".repeat(5_000_000));
		assertThat(bounded.codePointCount(0, bounded.length())).isEqualTo(1_000);
		assertThat(bounded).endsWith("😀…");
	}

	@Test
	void replacesWhatTheDatabaseCannotStore() {
		assertThat(FailureMessages.bound("a\0b\ud83dc")).isEqualTo("a\ufffdb\ufffdc");
	}

	@Test
	void saysSomethingAboutAnExceptionThatSaysNothing() {
		assertThat(FailureMessages.describe(new HandlerFailureException(new IllegalStateException())))
			.isEqualTo("The application could not write this row");
	}

}
