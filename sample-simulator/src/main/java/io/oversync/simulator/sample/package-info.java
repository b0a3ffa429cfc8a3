/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The sample: its tables, its sign-in, and a process of it.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.simulator.sample;
