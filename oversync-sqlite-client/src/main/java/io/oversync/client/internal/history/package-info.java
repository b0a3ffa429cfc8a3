/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The history of the server: whether it is still the one that this database has seen.
 */
@NullMarked
package io.oversync.client.internal.history;

import org.jspecify.annotations.NullMarked;
