/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Figures and their tables.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.benchmarks.report;
