/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The HTTP endpoints and the user and device of their requests. {@code §} refers to
 * sections of {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.web;

import org.jspecify.annotations.NullMarked;
