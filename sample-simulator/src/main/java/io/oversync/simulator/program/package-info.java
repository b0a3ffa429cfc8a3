/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What the simulator's command line and the programs that it runs have in common.
 */
@NullMarked
package io.oversync.simulator.program;

import org.jspecify.annotations.NullMarked;
