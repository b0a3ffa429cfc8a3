/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What the application registered: tables, columns, foreign keys and the order that
 * follows.
 */
@NullMarked
package io.oversync.internal.catalog;

import org.jspecify.annotations.NullMarked;
