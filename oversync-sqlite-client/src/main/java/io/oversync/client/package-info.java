/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Offline-first sync of a SQLite database with a server of the protocol.
 * {@link io.oversync.client.SyncClient} is the way in.
 */
@NullMarked
package io.oversync.client;

import org.jspecify.annotations.NullMarked;
