/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of retrying a failure (§4).
 *
 * @param applied whether the row's current state is now in its table
 * @param newServerVersion the row's current version
 * @param message what went wrong, null when it was applied
 */
public record RetryResult(boolean applied, long newServerVersion, @Nullable String message) {
}
