/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Syncs in the background, and how long they wait.
 */
@NullMarked
package io.oversync.client.internal.background;

import org.jspecify.annotations.NullMarked;
