/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Downloads: one page of a user's change stream. {@code §} refers to sections of
 * {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.download;

import org.jspecify.annotations.NullMarked;
