/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The database and the server did not belong together any more and were brought together
 * again. No local edit is lost by it; rows that differed on both sides are in the
 * conflicts of the same sync.
 */
public final class Recovery {

	private final Reason reason;

	private final String message;

	private final long reuploads;

	Recovery(Reason reason, String message, long reuploads) {
		this.reason = reason;
		this.message = message;
		this.reuploads = reuploads;
	}

	/**
	 * Returns why.
	 * @return why
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Returns by what it was noticed, for people.
	 * @return by what it was noticed, for people
	 */
	public String message() {
		return this.message;
	}

	/**
	 * Returns how many rows the server did not know, or knew in an older version: they
	 * are pending, or were sent with the same sync.
	 * @return how many rows the server did not know, or knew in an older version
	 */
	public long reuploads() {
		return this.reuploads;
	}

	/**
	 * Why there was something to recover from.
	 */
	public enum Reason {

		/**
		 * The server has changes of this device that the database does not know: an older
		 * copy of the file was put back, or a second installation has used this device's
		 * id. The changes were fetched.
		 */
		DATABASE_PUT_BACK,

		/**
		 * Another installation uses this device's id at the same time. Its changes are
		 * fetched, but edits of the same row may overwrite each other without a conflict:
		 * give each installation an id of its own.
		 */
		DEVICE_SHARED,

		/**
		 * The server does not have the history any more that the database has seen. What
		 * it lost is sent again.
		 */
		SERVER_PUT_BACK,

		/**
		 * The client was opened with another server, as
		 * {@link SyncClientBuilder#allowServerChange()} permits.
		 */
		SERVER_CHANGED

	}

	private List<@Nullable Object> parts() {
		return Arrays.asList(this.reason, this.message, this.reuploads);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Recovery that && parts().equals(that.parts());
	}

	@Override
	public int hashCode() {
		return parts().hashCode();
	}

	@Override
	public String toString() {
		return "Recovery[reason=" + this.reason + ", message=" + this.message + ", reuploads=" + this.reuploads + "]";
	}

}
