/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The API with which an application configures user, device and Spring Security of the
 * endpoints.
 */
@NullMarked
package io.oversync.web;

import org.jspecify.annotations.NullMarked;
