/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parameters become variables; question marks in names and texts do not.
 */
class TrialSqlTests {

	@Test
	void bindsParametersFromLeftToRight() {
		assertThat(TrialSql.bind("SELECT ?::text, \"odd?\"\"?'name\", 'it''s ?' FROM unnest(?::uuid[])",
				List.of("first", "second")))
			.isEqualTo("SELECT first::text, \"odd?\"\"?'name\", 'it''s ?' FROM unnest(second::uuid[])");
	}

}
