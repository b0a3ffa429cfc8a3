/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures the whole server over HTTP, beside PostgreSQL alone.
 */
@NullMarked
package io.oversync.benchmarks.http;

import org.jspecify.annotations.NullMarked;
