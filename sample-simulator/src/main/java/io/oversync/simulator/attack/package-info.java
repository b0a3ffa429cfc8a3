/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Attacks of authenticated users on a server of its own, beside an honest user who must
 * not be affected.
 */
@NullMarked
package io.oversync.simulator.attack;

import org.jspecify.annotations.NullMarked;
