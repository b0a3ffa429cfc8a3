/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The triggers that note which rows the application itself writes.
 */
@NullMarked
package io.oversync.internal.capture;

import org.jspecify.annotations.NullMarked;
