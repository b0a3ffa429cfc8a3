/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The tables of the application: their columns, keys and rows, in SQLite and as payloads.
 */
@NullMarked
package io.oversync.client.internal.table;

import org.jspecify.annotations.NullMarked;
