/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The types that the simulator's command line shares with its programs.
 */
@NullMarked
package io.oversync.simulator.program;

import org.jspecify.annotations.NullMarked;
