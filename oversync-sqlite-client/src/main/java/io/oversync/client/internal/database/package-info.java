/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The connection to SQLite: short transactions and their statements. Knows no table.
 */
@NullMarked
package io.oversync.client.internal.database;

import org.jspecify.annotations.NullMarked;
