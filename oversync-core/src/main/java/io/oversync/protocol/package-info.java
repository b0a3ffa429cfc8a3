/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The wire contract: messages, their exact JSON and the errors. Knows no database and no
 * Spring. {@code §} refers to sections of {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.protocol;

import org.jspecify.annotations.NullMarked;
