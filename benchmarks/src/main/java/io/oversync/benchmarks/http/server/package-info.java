/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The application that is measured, in a process of its own.
 */
@NullMarked
package io.oversync.benchmarks.http.server;

import org.jspecify.annotations.NullMarked;
