/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The records of a user's stream, one for each fact: stores read and write them, the
 * planner produces them. No SQL. {@code §} refers to sections of
 * {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.internal.stream;

import org.jspecify.annotations.NullMarked;
