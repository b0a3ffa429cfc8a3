/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What an application tells the endpoints, and its Spring Security, about who is asking.
 */
@NullMarked
package io.oversync.web;

import org.jspecify.annotations.NullMarked;
