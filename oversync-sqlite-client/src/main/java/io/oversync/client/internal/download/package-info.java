/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Downloads: pages of the stream, in short transactions.
 */
@NullMarked
package io.oversync.client.internal.download;

import org.jspecify.annotations.NullMarked;
