/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Typed rows in the application's own tables.
 */
@NullMarked
package io.oversync.internal.materialize;

import org.jspecify.annotations.NullMarked;
