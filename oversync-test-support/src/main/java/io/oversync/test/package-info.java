/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What tests share.
 */
@org.jspecify.annotations.NullMarked
package io.oversync.test;
