/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Support for the tests of several modules.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.test;
