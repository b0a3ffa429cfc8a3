/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Uploads: changed rows are frozen into the outbox and sent, and the answers are settled.
 */
@NullMarked
package io.oversync.client.internal.upload;

import org.jspecify.annotations.NullMarked;
