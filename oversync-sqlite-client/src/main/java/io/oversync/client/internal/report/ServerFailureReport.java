/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import java.time.Instant;

import io.oversync.client.ServerFailure;

/**
 * The values of a {@link ServerFailure}.
 */
public record ServerFailureReport(String table, String pk, long version, String error,
		Instant firstSeen) implements ServerFailure {

}
