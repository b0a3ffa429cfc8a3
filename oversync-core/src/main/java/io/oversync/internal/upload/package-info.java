/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Uploads: validate, load the facts, plan as a pure function, write. {@code §} refers to
 * sections of {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.upload;

import org.jspecify.annotations.NullMarked;
