/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The soak: a steady load for many minutes, and gauges that show whether the server's
 * memory, connections and request times stay flat under it.
 */
@NullMarked
package io.oversync.verification.soak;

import org.jspecify.annotations.NullMarked;
