/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Requests and responses: deadlines, tokens, and errors in plain words. Knows no
 * database.
 */
@NullMarked
package io.oversync.client.internal.transport;

import org.jspecify.annotations.NullMarked;
