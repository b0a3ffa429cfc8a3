/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Figures and tables of them.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.benchmarks.report;
