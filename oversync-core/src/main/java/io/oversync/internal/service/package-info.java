/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The engine's façade.
 */
@NullMarked
package io.oversync.internal.service;

import org.jspecify.annotations.NullMarked;
