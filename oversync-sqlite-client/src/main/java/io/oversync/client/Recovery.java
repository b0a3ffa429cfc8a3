/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

/**
 * The database and the server did not belong together any more and were brought together
 * again. No local edit is lost by it; rows that differed on both sides are in the
 * conflicts of the same sync.
 */
public interface Recovery {

	/**
	 * Returns why.
	 * @return why
	 */
	Reason reason();

	/**
	 * Returns by what it was noticed, for people.
	 * @return by what it was noticed, for people
	 */
	String message();

	/**
	 * Returns how many rows the server did not know, or knew in an older version: they
	 * are pending, or were sent with the same sync.
	 * @return how many rows the server did not know, or knew in an older version
	 */
	long reuploads();

	/**
	 * Why there was something to recover from.
	 */
	enum Reason {

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

}
