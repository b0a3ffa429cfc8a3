/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A server that may be killed.
 */
@NullMarked
package io.oversync.verification.server;

import org.jspecify.annotations.NullMarked;
