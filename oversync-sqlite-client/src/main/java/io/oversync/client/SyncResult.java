/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The outcome of a sync.
 */
public interface SyncResult {

	/**
	 * Returns the outcome of the uploads.
	 * @return the uploads
	 */
	UploadResult upload();

	/**
	 * Returns the outcome of the downloads.
	 * @return the downloads
	 */
	DownloadResult download();

}
