/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where the sync stands, for a user interface. It is read from the database, whoever
 * wrote to it.
 */
public final class SyncStatus {

	private final long pending;

	private final long waiting;

	private final long quarantined;

	private final long held;

	private final long cursor;

	private final long lag;

	private final @Nullable Instant lastUpload;

	private final @Nullable Instant lastDownload;

	private final boolean hydrated;

	private final boolean recovering;

	SyncStatus(long pending, long waiting, long quarantined, long held, long cursor, long lag,
			@Nullable Instant lastUpload, @Nullable Instant lastDownload, boolean hydrated, boolean recovering) {
		this.pending = pending;
		this.waiting = waiting;
		this.quarantined = quarantined;
		this.held = held;
		this.cursor = cursor;
		this.lag = lag;
		this.lastUpload = lastUpload;
		this.lastDownload = lastDownload;
		this.hydrated = hydrated;
		this.recovering = recovering;
	}

	/**
	 * Returns local changes that the server has not confirmed, the waiting ones included,
	 * the quarantined ones not.
	 * @return local changes that the server has not confirmed, the waiting ones included,
	 * the quarantined ones not
	 */
	public long pending() {
		return this.pending;
	}

	/**
	 * Returns those that the server did not take the last time.
	 * @return those that the server did not take the last time
	 */
	public long waiting() {
		return this.waiting;
	}

	/**
	 * Returns local changes that the server will never take as they are.
	 * @return local changes that the server will never take as they are
	 */
	public long quarantined() {
		return this.quarantined;
	}

	/**
	 * Returns rows of the server that a local constraint or an upload without an answer
	 * keeps from being written.
	 * @return rows of the server that a local constraint or an upload without an answer
	 * keeps from being written
	 */
	public long held() {
		return this.held;
	}

	/**
	 * Returns the position in the change stream.
	 * @return the position in the change stream
	 */
	public long cursor() {
		return this.cursor;
	}

	/**
	 * Returns how many positions the server was ahead when it was last asked.
	 * @return how many positions the server was ahead when it was last asked
	 */
	public long lag() {
		return this.lag;
	}

	/**
	 * Returns when the server last answered an upload, or null.
	 * @return when the server last answered an upload, or null
	 */
	public @Nullable Instant lastUpload() {
		return this.lastUpload;
	}

	/**
	 * Returns when the server last answered a download, or null.
	 * @return when the server last answered a download, or null
	 */
	public @Nullable Instant lastDownload() {
		return this.lastDownload;
	}

	/**
	 * Returns whether everything of the server has been here once.
	 * @return whether everything of the server has been here once
	 */
	public boolean hydrated() {
		return this.hydrated;
	}

	/**
	 * Returns whether the server has another history than the one that was seen here, so
	 * that nothing is sent until the next sync has recovered from that.
	 * @return whether there is something to recover from
	 */
	public boolean recovering() {
		return this.recovering;
	}

	/** Returns the status without its times, which change also when nothing else does. */
	SyncStatus withoutTimes() {
		return new SyncStatus(this.pending, this.waiting, this.quarantined, this.held, this.cursor, this.lag, null,
				null, this.hydrated, this.recovering);
	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.pending, this.waiting, this.quarantined, this.held, this.cursor, this.lag,
				this.lastUpload, this.lastDownload, this.hydrated, this.recovering);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SyncStatus that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "SyncStatus[pending=" + this.pending + ", waiting=" + this.waiting + ", quarantined=" + this.quarantined
				+ ", held=" + this.held + ", cursor=" + this.cursor + ", lag=" + this.lag + ", lastUpload="
				+ this.lastUpload + ", lastDownload=" + this.lastDownload + ", hydrated=" + this.hydrated
				+ ", recovering=" + this.recovering + "]";
	}

}
