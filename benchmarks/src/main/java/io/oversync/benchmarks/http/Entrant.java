/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * A load of a contest.
 *
 * @param suffix tells it from others of the same measure, may be empty
 * @param load what is sent
 */
record Entrant(String suffix, Load<?> load) {
}
