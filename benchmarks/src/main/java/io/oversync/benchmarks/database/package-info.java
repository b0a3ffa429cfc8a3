/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The PostgreSQL that is measured with.
 */
@NullMarked
package io.oversync.benchmarks.database;

import org.jspecify.annotations.NullMarked;
