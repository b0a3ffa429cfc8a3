/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TableNameTests {

	@Test
	void hasANormalForm() {
		assertThat(TableName.parse(" Business . USERS_2 ")).isEqualTo(new TableName("business", "users_2"));
		assertThat(TableName.parse("Users")).hasToString("public.users");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a-b", "a\"b", "a.b", "é", "A", "`", "{", "/", ":" })
	void takesNothingButLettersDigitsAndUnderscores(String name) {
		assertThat(TableName.isIdentifier(name)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> new TableName("app", name))
			.withMessage("'app." + name + "' is not a table name: schema and table may contain a-z, 0-9 and _ only");
	}

	@Test
	void takesEachOfThese() {
		assertThat(TableName.isIdentifier("abcdefghijklmnopqrstuvwxyz_0123456789")).isTrue();
	}

}
