/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The scenarios and their stage.
 */
@NullMarked
package io.oversync.simulator.scenario;

import org.jspecify.annotations.NullMarked;
