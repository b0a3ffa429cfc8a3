/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.time.Instant;

import io.oversync.client.QuarantinedChange;
import org.jspecify.annotations.Nullable;

/**
 * The values of a {@link QuarantinedChange}.
 */
public record QuarantineReport(long id, String table, String pk, String op, @Nullable String payload, String reason,
		String message, Instant since) implements QuarantinedChange {

}
