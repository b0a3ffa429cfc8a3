package io.oversync.client;

/**
 * What a sync did.
 *
 * @param upload in this direction
 * @param download in that direction
 */
public record SyncResult(UploadResult upload, DownloadResult download) {
}
