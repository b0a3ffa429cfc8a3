/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The operators' console, as applications set it up.
 */
@NullMarked
package io.oversync.console;

import org.jspecify.annotations.NullMarked;
