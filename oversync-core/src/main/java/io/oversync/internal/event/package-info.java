/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Notes of the engine's work, for meters.
 */
@NullMarked
package io.oversync.internal.event;

import org.jspecify.annotations.NullMarked;
