/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Wakes devices that wait for news of their user's stream.
 */
@NullMarked
package io.oversync.internal.watch;

import org.jspecify.annotations.NullMarked;
