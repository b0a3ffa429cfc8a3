/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How an application writes its own tables instead of the engine
 * ({@code docs/protocol.md}, §2.2).
 */
@NullMarked
package io.oversync.materialize;

import org.jspecify.annotations.NullMarked;
