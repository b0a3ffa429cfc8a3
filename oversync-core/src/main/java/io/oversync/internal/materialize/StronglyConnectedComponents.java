/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups items that need each other in a circle (Tarjan's strongly connected components,
 * without recursion, since chains of rows may be long).
 *
 * @param <T> the type of items
 */
final class StronglyConnectedComponents<T> {

	private final Function<T, List<T>> needs;

	private final Map<T, Integer> indexes = new HashMap<>();

	private final Map<T, Integer> lowLinks = new HashMap<>();

	private final Deque<T> open = new ArrayDeque<>();

	private final Set<T> isOpen = new HashSet<>();

	private final List<List<T>> groups = new ArrayList<>();

	private StronglyConnectedComponents(Function<T, List<T>> needs) {
		this.needs = needs;
	}

	/**
	 * Groups items.
	 * @param <T> the type of items
	 * @param items the items
	 * @param needs which of the items an item needs
	 * @return groups of items that need each other, most of them of one item; each after
	 * the groups that it needs
	 */
	static <T> List<List<T>> group(List<T> items, Function<T, List<T>> needs) {
		StronglyConnectedComponents<T> circles = new StronglyConnectedComponents<>(needs);
		for (T item : items) {
			if (!circles.indexes.containsKey(item)) {
				circles.visit(item);
			}
		}
		return circles.groups;
	}

	private void visit(T start) {
		Deque<Visit<T>> path = new ArrayDeque<>();
		path.push(enter(start));
		while (!path.isEmpty()) {
			Visit<T> visit = path.peek();
			if (visit.rest.hasNext()) {
				T next = visit.rest.next();
				if (!this.indexes.containsKey(next)) {
					path.push(enter(next));
				}
				else if (this.isOpen.contains(next)) {
					this.lowLinks.merge(visit.item, this.indexes.get(next), Math::min);
				}
				continue;
			}
			path.pop();
			if (!path.isEmpty()) {
				this.lowLinks.merge(path.peek().item, this.lowLinks.get(visit.item), Math::min);
			}
			if (Objects.equals(this.lowLinks.get(visit.item), this.indexes.get(visit.item))) {
				this.groups.add(close(visit.item));
			}
		}
	}

	private Visit<T> enter(T item) {
		int index = this.indexes.size();
		this.indexes.put(item, index);
		this.lowLinks.put(item, index);
		this.open.push(item);
		this.isOpen.add(item);
		return new Visit<>(item, this.needs.apply(item).iterator());
	}

	private List<T> close(T last) {
		List<T> group = new ArrayList<>();
		T member;
		do {
			member = this.open.pop();
			this.isOpen.remove(member);
			group.add(member);
		}
		while (!member.equals(last));
		return group;
	}

	private record Visit<T>(T item, Iterator<T> rest) {
	}

}
