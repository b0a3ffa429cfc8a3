/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Runs the conformance cases.
 */
@NullMarked
package io.oversync.sample.conformance;

import org.jspecify.annotations.NullMarked;
