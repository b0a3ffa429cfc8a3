/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Draws what was measured.
 */
@NullMarked
package io.oversync.benchmarks.chart;

import org.jspecify.annotations.NullMarked;
