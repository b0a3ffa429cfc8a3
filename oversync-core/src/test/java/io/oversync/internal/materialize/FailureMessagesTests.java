/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The messages to a user about rows that were not written.
 */
class FailureMessagesTests {

	@Test
	void saysSomethingAboutAnExceptionThatSaysNothing() {
		assertThat(FailureMessages.describe(new HandlerFailureException(new IllegalStateException())))
			.isEqualTo("The application could not write this row");
	}

}
