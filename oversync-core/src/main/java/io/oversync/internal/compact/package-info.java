/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Decides which entries of a stream's prefix are garbage: a pure function.
 */
@NullMarked
package io.oversync.internal.compact;

import org.jspecify.annotations.NullMarked;
