/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * What a sync did.
 */
public interface SyncResult {

	/**
	 * Returns in this direction.
	 * @return in this direction
	 */
	UploadResult upload();

	/**
	 * Returns in that direction.
	 * @return in that direction
	 */
	DownloadResult download();

}
