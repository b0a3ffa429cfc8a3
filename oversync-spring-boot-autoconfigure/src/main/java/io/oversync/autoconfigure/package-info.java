/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Auto-configuration: properties, beans, start-up checks.
 */
@NullMarked
package io.oversync.autoconfigure;

import org.jspecify.annotations.NullMarked;
