/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Simulated devices: an application's SQLite tables, its users' edits, and the same
 * tables on the server.
 */
@NullMarked
package io.oversync.verification.device;

import org.jspecify.annotations.NullMarked;
