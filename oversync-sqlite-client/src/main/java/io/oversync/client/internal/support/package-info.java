/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Values and durations; depends on nothing else of the client but its rows.
 */
@NullMarked
package io.oversync.client.internal.support;

import org.jspecify.annotations.NullMarked;
