/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import io.oversync.protocol.ExpiredDeletes;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServerStatusTests {

	@Test
	void knowsTheVersionOfTheLibrary() {
		assertThat(ServerStatus.of("app", () -> null, (actor) -> ExpiredDeletes.NONE).version())
			.matches("\\d+\\.\\d+\\.\\d+.*");
	}

}
