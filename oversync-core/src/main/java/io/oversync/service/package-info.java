/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The engine as an application calls it.
 */
@NullMarked
package io.oversync.service;

import org.jspecify.annotations.NullMarked;
