/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures the engine on a real PostgreSQL, and the SQLite client.
 */
@NullMarked
package io.oversync.benchmarks;

import org.jspecify.annotations.NullMarked;
