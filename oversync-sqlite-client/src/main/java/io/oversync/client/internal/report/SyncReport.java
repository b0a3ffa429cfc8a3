/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.report;

import io.oversync.client.DownloadResult;
import io.oversync.client.SyncResult;
import io.oversync.client.UploadResult;

/**
 * The values of a {@link SyncResult}.
 */
public record SyncReport(UploadResult upload, DownloadResult download) implements SyncResult {

}
