/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ColumnNamesTests {

	private final ColumnNames names = ColumnNames.of(List.of("id", "createdAt", "Name", "name", "OWNER"));

	@Test
	void findsTheOnlyColumnOfANameWhateverItsCase() {
		assertThat(this.names.find("createdat")).isEqualTo("createdAt");
		assertThat(this.names.find("CREATEDAT")).isEqualTo("createdAt");
		assertThat(this.names.find("owner")).isEqualTo("OWNER");
		assertThat(this.names.find("other")).isNull();
	}

	@Test
	void findsColumnsThatDifferOnlyInCaseByTheirExactNames() {
		assertThat(this.names.find("Name")).isEqualTo("Name");
		assertThat(this.names.find("name")).isEqualTo("name");
		assertThat(this.names.find("NAME")).isNull();
		assertThat(this.names.ambiguous()).containsExactly("Name", "name");
	}

	@Test
	void anExactMemberWinsWhateverTheOrder() {
		assertThat(this.names.byColumn(members("createdAt", "exact", "createdat", "other"))).containsEntry("createdAt",
				"exact");
		assertThat(this.names.byColumn(members("createdat", "other", "createdAt", "exact"))).containsEntry("createdAt",
				"exact");
		assertThat(this.names.byColumn(members("createdat", "one", "CREATEDAT", "last"))).containsEntry("createdAt",
				"last");
	}

	@Test
	void leavesMembersAloneThatAreColumnsAlready() {
		Map<String, String> members = members("id", "1", "unknown", "2");
		assertThat(this.names.byColumn(members)).isSameAs(members);
	}

	@Test
	void namesNewMembersInLowerCaseUnlessThatIsAnotherColumn() {
		assertThat(this.names.memberOf("createdAt")).isEqualTo("createdat");
		assertThat(this.names.memberOf("Name")).isEqualTo("Name");
		assertThat(this.names.memberOf("name")).isEqualTo("name");
	}

	private static Map<String, String> members(String... namesAndValues) {
		Map<String, String> members = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			members.put(namesAndValues[i], namesAndValues[i + 1]);
		}
		return members;
	}

}
