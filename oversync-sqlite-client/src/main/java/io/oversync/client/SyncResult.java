/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a sync did.
 */
public final class SyncResult {

	private final UploadResult upload;

	private final DownloadResult download;

	SyncResult(UploadResult upload, DownloadResult download) {
		this.upload = upload;
		this.download = download;
	}

	/**
	 * Returns in this direction.
	 * @return in this direction
	 */
	public UploadResult upload() {
		return this.upload;
	}

	/**
	 * Returns in that direction.
	 * @return in that direction
	 */
	public DownloadResult download() {
		return this.download;
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.upload, this.download);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SyncResult that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "SyncResult[upload=" + this.upload + ", download=" + this.download + "]";
	}

}
