/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A server that the simulator owns, so that it may do to it what it likes.
 */
@NullMarked
package io.oversync.simulator.server;

import org.jspecify.annotations.NullMarked;
