/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Whether the local tables are as the server has them, and the repair of rows that are
 * not.
 */
@NullMarked
package io.oversync.client.internal.verify;

import org.jspecify.annotations.NullMarked;
