/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The client behind {@link io.oversync.client.SyncClient}, and how its parts are put
 * together. All of it may change at any time.
 */
@NullMarked
package io.oversync.client.internal;

import org.jspecify.annotations.NullMarked;
