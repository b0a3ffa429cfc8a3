/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.oversync.client.internal.support.SqliteValues;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row. A value is what SQLite stores: null, {@link Long}, {@link Double},
 * {@link String} or {@code byte[]}. Immutable, except for the bytes.
 */
public final class SyncRow {

	private final Map<String, @Nullable Object> values;

	/**
	 * Creates a row.
	 * @param values the values by the names of the columns, in any case; smaller numbers
	 * become {@link Long} or {@link Double}, and booleans 1 or 0
	 * @throws IllegalArgumentException if SQLite has no such value
	 */
	public SyncRow(Map<String, ? extends @Nullable Object> values) {
		Map<String, @Nullable Object> stored = new LinkedHashMap<>();
		values.forEach((column, value) -> stored.put(column.toLowerCase(Locale.ROOT), stored(column, value)));
		this.values = Collections.unmodifiableMap(stored);
	}

	private static @Nullable Object stored(String column, @Nullable Object value) {
		if (value == null || value instanceof String || value instanceof Long || value instanceof Double
				|| value instanceof byte[]) {
			return value;
		}
		if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
			return ((Number) value).longValue();
		}
		if (value instanceof Float number) {
			return number.doubleValue();
		}
		if (value instanceof Boolean flag) {
			return flag ? 1L : 0L;
		}
		throw new IllegalArgumentException("The value of '" + column + "' is a " + value.getClass().getName()
				+ ", which SQLite cannot store: give null, a Long, a Double, a String or a byte[]");
	}

	/**
	 * Returns the names of the columns.
	 * @return the names, in lower case
	 */
	public Set<String> columns() {
		return this.values.keySet();
	}

	/**
	 * Returns a value.
	 * @param column a column, in any case
	 * @return the value; null also if there is no such column
	 */
	public @Nullable Object get(String column) {
		return this.values.get(column.toLowerCase(Locale.ROOT));
	}

	/**
	 * Returns the values.
	 * @return the values by column
	 */
	public Map<String, @Nullable Object> asMap() {
		return this.values;
	}

	/**
	 * Changes a value.
	 * @param column a column, in any case
	 * @param value null, Long, Double, String or byte[]
	 * @return a copy with that value
	 * @throws IllegalArgumentException if SQLite has no such value
	 */
	public SyncRow with(String column, @Nullable Object value) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>(this.values);
		copy.put(column.toLowerCase(Locale.ROOT), value);
		return new SyncRow(copy);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SyncRow row && this.values.keySet().equals(row.values.keySet())
				&& this.values.keySet().stream().allMatch((column) -> SqliteValues.same(get(column), row.get(column)));
	}

	@Override
	public int hashCode() {
		return this.values.keySet().hashCode();
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("{");
		this.values.forEach((column, value) -> text.append((text.length() > 1) ? ", " : "")
			.append(column)
			.append('=')
			.append((value instanceof byte[] bytes) ? Arrays.toString(bytes) : value));
		return text.append('}').toString();
	}

}
