/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The operators' console: its access, its API and its files.
 */
@NullMarked
package io.oversync.internal.console;

import org.jspecify.annotations.NullMarked;
