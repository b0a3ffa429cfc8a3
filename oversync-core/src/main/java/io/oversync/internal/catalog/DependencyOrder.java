/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

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

import org.jspecify.annotations.Nullable;

/**
 * Orders items that depend on each other, tables or rows. One walk in depth finds the
 * order and the circles (Tarjan's strongly connected components). It is iterative, since
 * chains of rows may be long.
 *
 * @param <T> the type of items
 */
public final class DependencyOrder<T> {

	private final Function<T, List<T>> dependencies;

	private final Map<T, Integer> indexes = new HashMap<>();

	private final Map<T, Integer> lowLinks = new HashMap<>();

	private final Deque<T> open = new ArrayDeque<>();

	private final Set<T> isOpen = new HashSet<>();

	private final List<T> sorted = new ArrayList<>();

	private final List<List<T>> groups = new ArrayList<>();

	private DependencyOrder(Function<T, List<T>> dependencies) {
		this.dependencies = dependencies;
	}

	/**
	 * Sorts items so that each comes after its dependencies and otherwise keeps its
	 * place. Of a circle, the item that is met first comes last.
	 * @param <T> the type of items
	 * @param items the items, in the order that they keep where nothing else is said
	 * @param dependencies the dependencies of an item, all of them among the items
	 * @return the items, sorted
	 */
	public static <T> List<T> sort(List<T> items, Function<T, List<T>> dependencies) {
		return walk(items, dependencies).sorted;
	}

	/**
	 * Groups items that depend on each other in a circle.
	 * @param <T> the type of items
	 * @param items the items
	 * @param dependencies the dependencies of an item, all of them among the items
	 * @return the groups, most of them of one item; each after the groups that it depends
	 * on
	 */
	public static <T> List<List<T>> group(List<T> items, Function<T, List<T>> dependencies) {
		return walk(items, dependencies).groups;
	}

	private static <T> DependencyOrder<T> walk(List<T> items, Function<T, List<T>> dependencies) {
		DependencyOrder<T> order = new DependencyOrder<>(dependencies);
		for (T item : items) {
			if (!order.indexes.containsKey(item)) {
				order.visit(item);
			}
		}
		return order;
	}

	private void visit(T start) {
		Deque<Visit<T>> path = new ArrayDeque<>();
		path.push(enter(start));
		while (!path.isEmpty()) {
			Visit<T> visit = path.element();
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
			leave(visit.item, path.peek());
		}
	}

	private Visit<T> enter(T item) {
		int index = this.indexes.size();
		this.indexes.put(item, index);
		this.lowLinks.put(item, index);
		this.open.push(item);
		this.isOpen.add(item);
		return new Visit<>(item, this.dependencies.apply(item).iterator());
	}

	private void leave(T item, @Nullable Visit<T> dependent) {
		this.sorted.add(item);
		if (dependent != null) {
			this.lowLinks.merge(dependent.item, this.lowLinks.get(item), Math::min);
		}
		if (Objects.equals(this.lowLinks.get(item), this.indexes.get(item))) {
			this.groups.add(close(item));
		}
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
