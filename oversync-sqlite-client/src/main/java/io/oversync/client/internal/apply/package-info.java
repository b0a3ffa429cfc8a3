/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Rows of the server that arrive: they are written, held, or met by local changes.
 */
@NullMarked
package io.oversync.client.internal.apply;

import org.jspecify.annotations.NullMarked;
