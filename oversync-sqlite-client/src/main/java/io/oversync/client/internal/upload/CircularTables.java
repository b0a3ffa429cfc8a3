/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.client.internal.table.LocalTable;

/**
 * The tables that refer to themselves, directly or by other tables: only their rows may
 * refer to each other in a circle.
 */
final class CircularTables {

	private final List<LocalTable> tables;

	private final Set<Long> numbers;

	CircularTables(List<LocalTable> all) {
		this.tables = all.stream().filter((table) -> refersToItself(table, all)).toList();
		this.numbers = this.tables.stream().map(LocalTable::no).collect(Collectors.toSet());
	}

	private static boolean refersToItself(LocalTable table, List<LocalTable> all) {
		Set<String> seen = new HashSet<>();
		Deque<String> next = new ArrayDeque<>(table.parents());
		while (!next.isEmpty()) {
			String name = next.remove();
			for (LocalTable parent : all) {
				if (name(parent).equals(name) && seen.add(name)) {
					next.addAll(parent.parents());
				}
			}
		}
		return seen.contains(name(table));
	}

	private static String name(LocalTable table) {
		return table.name().toLowerCase(Locale.ROOT);
	}

	List<LocalTable> list() {
		return this.tables;
	}

	boolean contains(LocalTable table) {
		return this.numbers.contains(table.no());
	}

}
