/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The triggers that note local changes, and tables that change or were not watched for a
 * while.
 */
@NullMarked
package io.oversync.client.internal.capture;

import org.jspecify.annotations.NullMarked;
