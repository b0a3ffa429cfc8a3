/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The SQL of the sync schema.
 */
@NullMarked
package io.oversync.internal.store;

import org.jspecify.annotations.NullMarked;
