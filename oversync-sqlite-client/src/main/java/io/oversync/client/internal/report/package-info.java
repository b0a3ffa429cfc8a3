/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The results, events and errors that an application gets, and the listeners that it gets
 * them with.
 */
@NullMarked
package io.oversync.client.internal.report;

import org.jspecify.annotations.NullMarked;
