/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Puts items behind what they depend on. Without recursion: a batch may hold a chain of
 * any length.
 */
public final class DependencyOrder {

	private DependencyOrder() {
	}

	/**
	 * Sorts items so that each comes after its dependencies and otherwise keeps its
	 * place. Of a cycle, the item that is met first comes last.
	 * @param <T> the item type, compared by identity of its equals method
	 * @param items the items, in the order that they keep where nothing else is said
	 * @param dependencies what an item depends on, all of it among the items
	 * @return the items, sorted
	 */
	public static <T> List<T> sort(List<T> items, Function<T, List<T>> dependencies) {
		List<T> sorted = new ArrayList<>(items.size());
		Set<T> met = new HashSet<>();
		Deque<Visit<T>> path = new ArrayDeque<>();
		for (T item : items) {
			if (met.add(item)) {
				path.push(new Visit<>(item, dependencies.apply(item).iterator()));
			}
			while (!path.isEmpty()) {
				Visit<T> visit = path.element();
				if (visit.dependencies.hasNext()) {
					T dependency = visit.dependencies.next();
					if (met.add(dependency)) {
						path.push(new Visit<>(dependency, dependencies.apply(dependency).iterator()));
					}
				}
				else {
					sorted.add(visit.item);
					path.pop();
				}
			}
		}
		return sorted;
	}

	private record Visit<T>(T item, Iterator<T> dependencies) {
	}

}
