/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The messages of the protocol and their JSON. {@code §} refers to sections of
 * {@code docs/protocol.md}.
 */
@NullMarked
package io.oversync.client.internal.protocol;

import org.jspecify.annotations.NullMarked;
