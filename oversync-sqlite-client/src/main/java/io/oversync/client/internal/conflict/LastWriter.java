/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.conflict;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

import io.oversync.client.Conflict;
import io.oversync.client.Resolution;
import io.oversync.client.SyncRow;
import io.oversync.client.internal.support.SqliteValues;
import org.jspecify.annotations.Nullable;

/**
 * The greater value in a column wins.
 */
public final class LastWriter extends EditBeatsDelete {

	/** ISO 8601 or SQL text, with or without a time, with or without a zone. */
	private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder().parseCaseInsensitive()
		.append(DateTimeFormatter.ISO_LOCAL_DATE)
		.optionalStart()
		.appendPattern("['T'][' ']")
		.append(DateTimeFormatter.ISO_LOCAL_TIME)
		.optionalStart()
		.appendOffset("+HH:mm", "Z")
		.optionalEnd()
		.optionalStart()
		.appendOffset("+HH", "Z")
		.optionalEnd()
		.optionalEnd()
		.toFormatter();

	private final String column;

	public LastWriter(String column) {
		this.column = column;
	}

	@Override
	Resolution resolve(Conflict conflict, SyncRow local, SyncRow server) {
		if (!local.columns().contains(this.column.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException(
					"The table " + conflict.table() + " has no column " + this.column + " to tell the last writer by");
		}
		return (compare(local.get(this.column), server.get(this.column)) > 0) ? Resolution.KEEP_LOCAL
				: Resolution.TAKE_SERVER;
	}

	/** Returns a positive number if the first is later. */
	static int compare(@Nullable Object first, @Nullable Object second) {
		if (first == null || second == null || first instanceof byte[] || second instanceof byte[]) {
			return Boolean.compare(first != null, second != null);
		}
		BigDecimal number = SqliteValues.number(first);
		BigDecimal other = SqliteValues.number(second);
		if (number != null && other != null) {
			return number.compareTo(other);
		}
		Instant moment = moment(first.toString());
		Instant otherMoment = moment(second.toString());
		if (moment != null && otherMoment != null) {
			return moment.compareTo(otherMoment);
		}
		return first.toString().compareTo(second.toString());
	}

	private static @Nullable Instant moment(String text) {
		try {
			TemporalAccessor moment = MOMENT.parseBest(text.trim(), OffsetDateTime::from, LocalDateTime::from,
					LocalDate::from);
			if (moment instanceof OffsetDateTime zoned) {
				return zoned.toInstant();
			}
			return (moment instanceof LocalDateTime local) ? local.toInstant(ZoneOffset.UTC)
					: ((LocalDate) moment).atStartOfDay().toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
