/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The forms in which the devices of a table expect values that no device wrote. A value
 * that a device wrote shows its form itself.
 *
 * @param defaults the forms of all columns without forms of their own
 * @param columns the columns that the devices have; empty if the server is not told: then
 * all that uploads write
 * @param overrides forms of single columns
 */
public record WireFormat(Forms defaults, Set<String> columns, Map<String, ColumnForms> overrides) {

	/** What every client in the field reads. */
	public static final WireFormat DEFAULT = new WireFormat(Forms.of(Booleans.NUMBER, Timestamps.ISO, Uuids.DASHED),
			Set.of(), Map.of());

	public WireFormat {
		columns = Set.copyOf(columns);
		overrides = Map.copyOf(overrides);
	}

	/**
	 * Returns the forms for a column's values.
	 * @param column its name
	 * @return the column's own forms, for what it has none those of the table
	 */
	public Forms of(String column) {
		ColumnForms override = this.overrides.get(column);
		return (override != null) ? override.over(this.defaults) : this.defaults;
	}

	/**
	 * Names columns as the table does.
	 * @param names the columns of the table
	 * @return the same formats; columns that the table does not have are kept
	 */
	WireFormat spelledLike(ColumnNames names) {
		Map<String, ColumnForms> spelled = new HashMap<>();
		this.overrides.forEach((column, override) -> spelled.put(spelled(column, names), override));
		return new WireFormat(this.defaults,
				this.columns.stream().map((column) -> spelled(column, names)).collect(Collectors.toSet()), spelled);
	}

	private static String spelled(String column, ColumnNames names) {
		String found = names.find(column);
		return (found != null) ? found : column;
	}

	/** Forms of booleans. */
	public enum Booleans {

		/** 0 and 1. */
		NUMBER,
		/** true and false. */
		BOOLEAN

	}

	/** Forms of timestamps. */
	public enum Timestamps {

		/** {@code 2025-09-06T10:00:00Z}; without a zone for a column without one. */
		ISO,
		/** Seconds since 1970 as a number. */
		EPOCH_SECONDS,
		/** Milliseconds since 1970 as a number. */
		EPOCH_MILLIS,
		/** {@code 2025-09-06 10:00:00} in UTC, as SQLite writes it. */
		SQL

	}

	/** Forms of UUIDs. */
	public enum Uuids {

		/** {@code 550e8400-e29b-41d4-a716-446655440000}. */
		DASHED,
		/** Base64 of the 16 bytes. */
		BASE64

	}

	/**
	 * The forms for one column.
	 *
	 * @param booleans the form of booleans
	 * @param timestamps the form of timestamps
	 * @param dates the form of dates: ISO, unless the column's own form is another
	 * @param uuids the form of UUIDs
	 * @param blankUuids the form of a UUID where the member was an empty string, as
	 * SQLite clients send the null of a BLOB column: base64, unless the column's own form
	 * is another
	 */
	public record Forms(Booleans booleans, Timestamps timestamps, Timestamps dates, Uuids uuids, Uuids blankUuids) {

		/**
		 * The forms of a table.
		 * @param booleans the form of booleans
		 * @param timestamps the form of timestamps
		 * @param uuids the form of UUIDs
		 * @return the forms
		 */
		public static Forms of(Booleans booleans, Timestamps timestamps, Uuids uuids) {
			return new Forms(booleans, timestamps, Timestamps.ISO, uuids, Uuids.BASE64);
		}

	}

	/**
	 * The own forms of one column, null where it has none.
	 *
	 * @param booleans the form of booleans
	 * @param timestamps the form of timestamps, and of dates
	 * @param uuids the form of UUIDs
	 */
	public record ColumnForms(@Nullable Booleans booleans, @Nullable Timestamps timestamps, @Nullable Uuids uuids) {

		Forms over(Forms defaults) {
			return new Forms((this.booleans != null) ? this.booleans : defaults.booleans(),
					(this.timestamps != null) ? this.timestamps : defaults.timestamps(),
					(this.timestamps != null) ? this.timestamps : defaults.dates(),
					(this.uuids != null) ? this.uuids : defaults.uuids(),
					(this.uuids != null) ? this.uuids : defaults.blankUuids());
		}

	}

}
