/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.support;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.oversync.client.SyncRow;
import org.jspecify.annotations.Nullable;

/**
 * Compares what SQLite stores.
 */
public final class SqliteValues {

	/** Longer texts are no numbers that SQLite would store as such. */
	private static final int MAX_NUMBER_LENGTH = 400;

	private SqliteValues() {
	}

	/**
	 * Returns whether two values are the same for SQLite, which turns a text that looks
	 * like a number into one where the column's affinity says so.
	 */
	public static boolean same(@Nullable Object first, @Nullable Object second) {
		if (first instanceof byte[] bytes) {
			return second instanceof byte[] others && Arrays.equals(bytes, others);
		}
		if (Objects.equals(first, second)) {
			return true;
		}
		if (!(first instanceof Number) && !(second instanceof Number)) {
			return false;
		}
		BigDecimal number = number(first);
		BigDecimal other = number(second);
		return number != null && other != null && number.compareTo(other) == 0;
	}

	/** Returns whether a row has all values of another, which may lack some columns. */
	public static boolean same(SyncRow row, SyncRow other) {
		return other.columns().stream().allMatch((column) -> same(row.get(column), other.get(column)));
	}

	/**
	 * Returns whether two rows are equal, where a number is not the text that looks like
	 * it.
	 */
	public static boolean isExactly(SyncRow row, SyncRow other) {
		return row.columns().equals(other.columns())
				&& row.columns().stream().allMatch((column) -> Objects.deepEquals(row.get(column), other.get(column)));
	}

	/** Returns a copy of a row without some columns. */
	public static SyncRow without(SyncRow row, Set<String> columns) {
		Map<String, @Nullable Object> copy = new LinkedHashMap<>(row.asMap());
		copy.keySet().removeAll(columns);
		return new SyncRow(copy);
	}

	/** Returns the value as a number, or null if it is none. */
	public static @Nullable BigDecimal number(@Nullable Object value) {
		if (value == null || value instanceof byte[]) {
			return null;
		}
		String text = value.toString();
		try {
			return (text.length() <= MAX_NUMBER_LENGTH) ? new BigDecimal(text.trim()) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
