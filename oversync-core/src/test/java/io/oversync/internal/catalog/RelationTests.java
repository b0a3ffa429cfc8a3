/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RelationTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			business.users           | business | users       | business.users       | business.users
			Business.Users           | business | users       | business.users       | business.users
			users                    | public   | users       | public.users         | public.users
			legacy."UserProfile"     | legacy   | UserProfile | legacy."UserProfile" | legacy.userprofile
			"Legacy"."UserProfile"   | Legacy   | UserProfile | "Legacy"."UserProfile" | legacy.userprofile
			"UserProfile"            | public   | UserProfile | public."UserProfile" | public.userprofile
			"users"                  | public   | users       | public.users         | public.users
			""")
	void readsNamesAsSqlDoes(String text, String schema, String name, String sql, String wire) {
		Relation relation = Relation.parse(text);
		assertThat(relation.schema()).isEqualTo(schema);
		assertThat(relation.name()).isEqualTo(name);
		assertThat(relation).hasToString(sql);
		assertThat(relation.tableName()).hasToString(wire);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "a.b.c", "a b", "\"User Profile\"", "\"half", "legacy.\"a\"\"b\"", "café", "a-b", "." })
	void refusesWhatTheProtocolCannotName(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Relation.parse(text));
	}

	@Test
	void aDottedNameInQuotesIsOneName() {
		assertThatIllegalArgumentException().isThrownBy(() -> Relation.parse("\"business.users\""));
	}

}
