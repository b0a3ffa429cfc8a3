/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The sample: an ordinary Spring Boot application that syncs.
 */
@NullMarked
package io.oversync.sample;

import org.jspecify.annotations.NullMarked;
