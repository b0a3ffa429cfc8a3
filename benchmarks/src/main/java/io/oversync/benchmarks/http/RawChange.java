/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.UUID;

/**
 * One change, as the single inserts take it.
 */
record RawChange(long id, UUID key, String payload) {
}
