/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Meters, health and information for Actuator and Micrometer.
 */
@NullMarked
package io.oversync.internal.actuate;

import org.jspecify.annotations.NullMarked;
