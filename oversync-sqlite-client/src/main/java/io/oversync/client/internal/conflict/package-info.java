/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Conflicts between a local change and a row of the server, and the built-in resolvers.
 */
@NullMarked
package io.oversync.client.internal.conflict;

import org.jspecify.annotations.NullMarked;
