/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Hydration, recovery, and the comparison of tables with the server.
 */
@NullMarked
package io.oversync.client.internal.hydrate;

import org.jspecify.annotations.NullMarked;
