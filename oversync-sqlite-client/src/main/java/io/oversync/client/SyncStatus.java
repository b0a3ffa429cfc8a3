package io.oversync.client;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where the sync stands, for a user interface. It is read from the database, whoever
 * wrote to it.
 *
 * @param pending local changes that the server has not confirmed, the waiting ones
 * included, the quarantined ones not
 * @param waiting those that the server did not take the last time
 * @param quarantined local changes that the server will never take as they are
 * @param held rows of the server that a local constraint or an upload without an answer
 * keeps from being written
 * @param cursor the position in the change stream
 * @param lag how many positions the server was ahead when it was last asked
 * @param lastUpload when the server last answered an upload, or null
 * @param lastDownload when the server last answered a download, or null
 * @param hydrated whether everything of the server has been here once
 */
public record SyncStatus(long pending, long waiting, long quarantined, long held, long cursor, long lag,
		@Nullable Instant lastUpload, @Nullable Instant lastDownload, boolean hydrated) {

	/** Returns the status without its times, which change also when nothing else does. */
	SyncStatus withoutTimes() {
		return new SyncStatus(this.pending, this.waiting, this.quarantined, this.held, this.cursor, this.lag, null,
				null, this.hydrated);
	}

}
