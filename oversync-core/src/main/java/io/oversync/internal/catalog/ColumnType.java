/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.catalog;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The type of a business column, as far as values of payloads are converted to it
 * (protocol §6).
 *
 * @param kind which rule of conversion applies; for a domain, that of its base type
 * @param sqlName the type as it is written in a cast: schema-qualified and quoted where
 * necessary, without length or precision (a cast to {@code varchar(10)} would cut
 * silently, an assignment refuses)
 * @param scale digits after the decimal point of a {@code numeric(p,s)} or a
 * {@code money}, and of the seconds of a {@code timestamp(p)} or {@code time(p)}; null
 * for any other type
 * @param element the type of an array's elements, null for any other type
 * @param length the most characters of a {@code varchar(n)}, null for any other type
 * @param exactName an {@code interval} with its fields and precision, to which its values
 * are rounded, null for any other type
 */
public record ColumnType(Kind kind, String sqlName, @Nullable Integer scale, @Nullable ColumnType element,
		@Nullable Integer length, @Nullable String exactName) {

	/** Rules of conversion. */
	public enum Kind {

		UUID, BYTEA, BOOLEAN, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE, DATE, TIME, TIME_WITH_TIME_ZONE, INTEGER, NUMERIC,
		FLOAT, JSON, ARRAY,
		/** {@code name}: text of a few bytes, which PostgreSQL would cut. */
		NAME,
		/** {@code "char"}: a single byte, to which PostgreSQL would cut. */
		SINGLE_BYTE,
		/** Enums, text and everything else: PostgreSQL reads the text. */
		TEXT

	}

	/**
	 * A type that is neither {@code varchar(n)} nor {@code interval(p)}.
	 */
	public ColumnType(Kind kind, String sqlName, @Nullable Integer scale, @Nullable ColumnType element) {
		this(kind, sqlName, scale, element, null, null);
	}

	/**
	 * A type that is no array and has no scale.
	 * @param kind the rule of conversion
	 * @param sqlName the type as it is written in a cast
	 * @return the type
	 */
	public static ColumnType of(Kind kind, String sqlName) {
		return new ColumnType(kind, sqlName, null, null);
	}

}
