/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Devices: notes of when they were seen and what they acknowledged, kept in memory and
 * written by the background.
 */
@NullMarked
package io.oversync.internal.device;

import org.jspecify.annotations.NullMarked;
