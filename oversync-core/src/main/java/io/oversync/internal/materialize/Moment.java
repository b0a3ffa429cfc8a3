/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * A date, a time of day, or both, as a client wrote it.
 *
 * @param date the date as written, null for a time alone
 * @param micros microseconds since midnight, up to and including 24:00, null for a date
 * alone
 * @param offset seconds east of UTC as written, null where no zone is said
 */
record Moment(@Nullable LocalDate date, @Nullable Long micros, @Nullable Integer offset) {

	static final long MICROS_PER_SECOND = 1_000_000L;

	static final long MICROS_PER_DAY = 86_400L * MICROS_PER_SECOND;

}
