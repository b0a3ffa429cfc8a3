/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The Actuator endpoint for operators.
 */
@NullMarked
package io.oversync.actuate;

import org.jspecify.annotations.NullMarked;
