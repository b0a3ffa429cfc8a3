/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Orders with and without circles.
 */
class DependencyOrderTests {

	private static final Map<String, List<String>> DEPENDENCIES = Map.of("post", List.of("user"), "user",
			List.of("group", "user"), "group", List.of("user"), "note", List.of("post"));

	private static List<String> dependencies(String item) {
		return DEPENDENCIES.getOrDefault(item, List.of());
	}

	@Test
	void putsDependenciesFirstAndKeepsEveryOtherPlace() {
		assertThat(DependencyOrder.sort(List.of("tag", "note", "post", "label"),
				(item) -> dependencies(item).stream().filter("post"::equals).toList()))
			.containsExactly("tag", "post", "note", "label");
	}

	@Test
	void ofACircleTheItemThatIsMetFirstComesLast() {
		assertThat(DependencyOrder.sort(List.of("user", "group"), DependencyOrderTests::dependencies))
			.containsExactly("group", "user");
		assertThat(DependencyOrder.sort(List.of("group", "user"), DependencyOrderTests::dependencies))
			.containsExactly("user", "group");
	}

	@Test
	void groupsCirclesBehindTheirDependencies() {
		List<List<String>> groups = DependencyOrder.group(List.of("note", "post", "user", "group"),
				DependencyOrderTests::dependencies);
		assertThat(groups).hasSize(3);
		assertThat(groups.get(0)).containsExactlyInAnyOrder("user", "group");
		assertThat(groups.subList(1, 3)).containsExactly(List.of("post"), List.of("note"));
	}

	@Test
	void followsLongChains() {
		List<Integer> items = IntStream.range(0, 200_000).boxed().toList();
		assertThat(DependencyOrder.sort(items,
				(item) -> (item + 1 < items.size()) ? List.of(items.get(item + 1)) : List.of()))
			.startsWith(199_999)
			.endsWith(0);
	}

}
