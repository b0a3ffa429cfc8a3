/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal;

import java.time.Clock;
import java.util.List;

import io.oversync.client.ConflictResolver;
import io.oversync.client.SyncTable;
import io.oversync.client.internal.background.Backoff;
import io.oversync.client.internal.history.ServerAddress;
import io.oversync.client.internal.upload.BatchSize;

/**
 * The settings of a client.
 *
 * @param user the user
 * @param source the device
 * @param schema the server's schema of tables that name none
 * @param tables the tables
 * @param resolver decides conflicts
 * @param pageSize the greatest number of changes of a download
 * @param batchSize the size of uploads
 * @param backoff the delays after failures
 * @param watching whether the background sync learns of news as it comes
 * @param clock the clock
 * @param address the address of the server
 */
public record ClientSettings(String user, String source, String schema, List<SyncTable> tables,
		ConflictResolver resolver, int pageSize, BatchSize batchSize, Backoff backoff, boolean watching, Clock clock,
		ServerAddress address) {
}
