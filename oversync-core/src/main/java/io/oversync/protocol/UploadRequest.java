/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.List;

/**
 * The body of {@code POST /sync/upload} (§2).
 *
 * @param lastServerSeqSeen the device's download cursor
 * @param changes the changes, in request order
 */
public record UploadRequest(long lastServerSeqSeen, List<UploadChange> changes) {

	public UploadRequest {
		changes = List.copyOf(changes);
	}

}
