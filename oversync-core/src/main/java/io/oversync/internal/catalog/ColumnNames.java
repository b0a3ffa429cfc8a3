/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Matches members of payloads with the columns of a table. A member belongs to the column
 * of exactly its name, otherwise to the only one that differs in nothing but case: many
 * clients send lower case for a column {@code "createdAt"}.
 *
 * @param exact the names of all columns
 * @param byLowerCase the columns whose names are unique also without their case
 */
public record ColumnNames(Set<String> exact, Map<String, String> byLowerCase) {

	public ColumnNames {
		exact = Set.copyOf(exact);
		byLowerCase = Map.copyOf(byLowerCase);
	}

	/**
	 * Creates the matching.
	 * @param columns the names of all columns
	 * @return the matching
	 */
	public static ColumnNames of(Collection<String> columns) {
		Set<String> ambiguous = new HashSet<>();
		Map<String, String> byLowerCase = new HashMap<>();
		for (String column : new HashSet<>(columns)) {
			if (byLowerCase.put(lowerCase(column), column) != null) {
				ambiguous.add(lowerCase(column));
			}
		}
		byLowerCase.keySet().removeAll(ambiguous);
		return new ColumnNames(new HashSet<>(columns), byLowerCase);
	}

	/**
	 * Returns the columns that differ from another in nothing but case.
	 * @return in alphabetical order, possibly none
	 */
	Set<String> ambiguous() {
		Set<String> columns = new TreeSet<>(this.exact);
		columns.removeAll(this.byLowerCase.values());
		return columns;
	}

	/**
	 * Finds the column of a name.
	 * @param name the name of a member, or of a column in the configuration
	 * @return the column, or null if there is none
	 */
	public @Nullable String find(String name) {
		return this.exact.contains(name) ? name : this.byLowerCase.get(lowerCase(name));
	}

	/**
	 * Returns the name under which a member is added for a column.
	 * @param column the column
	 * @return in lower case, unless that would be another column
	 */
	public String memberOf(String column) {
		String lowerCase = lowerCase(column);
		return column.equals(find(lowerCase)) ? lowerCase : column;
	}

	/**
	 * Names members by their columns.
	 * @param <V> the type of values
	 * @param members the members of a payload; of several spellings of one column the
	 * exact one counts, otherwise the last
	 * @return the members, also under the names of their columns
	 */
	public <V> Map<String, V> byColumn(Map<String, V> members) {
		Map<String, V> named = members;
		for (Map.Entry<String, V> member : members.entrySet()) {
			String column = find(member.getKey());
			if (column != null && !members.containsKey(column)) {
				if (named == members) {
					named = new LinkedHashMap<>(members);
				}
				named.put(column, member.getValue());
			}
		}
		return named;
	}

	private static String lowerCase(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

}
