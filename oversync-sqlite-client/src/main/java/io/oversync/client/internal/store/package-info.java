/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The tables of the client in the database, whose names begin with {@code _sync_}.
 */
@NullMarked
package io.oversync.client.internal.store;

import org.jspecify.annotations.NullMarked;
