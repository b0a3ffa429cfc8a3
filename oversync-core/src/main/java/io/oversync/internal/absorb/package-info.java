/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Brings what the application itself has written into the users' streams.
 */
@NullMarked
package io.oversync.internal.absorb;

import org.jspecify.annotations.NullMarked;
