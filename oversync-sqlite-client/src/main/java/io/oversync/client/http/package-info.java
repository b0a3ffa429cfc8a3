/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The HTTP that the client needs, replaceable where {@code java.net.http} is missing.
 */
@NullMarked
package io.oversync.client.http;

import org.jspecify.annotations.NullMarked;
