/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Events with keys for structured logs, and the context of log lines.
 */
@NullMarked
package io.oversync.internal.log;

import org.jspecify.annotations.NullMarked;
