/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Plans an upload as a pure function of changes and facts: no SQL, no Spring, no clock.
 * {@code §} refers to sections of {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.upload.plan;

import org.jspecify.annotations.NullMarked;
