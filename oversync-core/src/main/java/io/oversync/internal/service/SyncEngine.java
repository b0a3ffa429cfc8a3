/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import io.oversync.service.Rematerialization;
import io.oversync.service.SyncService;

/**
 * The sync engine with its operations for operators.
 */
public interface SyncEngine extends SyncService, Rematerialization {

}
