/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.protocol;

import java.util.List;

/**
 * A page of the change stream (§3).
 *
 * @param changes its entries, by position, without those of earlier parts
 * @param count the number of entries, those of earlier parts included
 * @param hasMore whether there are more in the window
 * @param nextAfter the position at which the next page starts
 * @param windowUntil the end of the window
 * @param bytes its size
 */
public record DownloadPage(List<ReceivedChange> changes, int count, boolean hasMore, long nextAfter, long windowUntil,
		long bytes) {
}
