/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.List;

/**
 * The answer to an upload (§2).
 *
 * @param accepted false only when a table was not registered or the batch was too large
 * @param highestServerSeq the highest committed server_id of this user, 0 for none
 * @param statuses one for each change, in request order
 */
public record UploadResponse(boolean accepted, long highestServerSeq, List<ChangeStatus> statuses) {

	public UploadResponse {
		statuses = List.copyOf(statuses);
	}

}
