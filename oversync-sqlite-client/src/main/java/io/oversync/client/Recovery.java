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
	 * Returns the reason.
	 * @return the reason
	 */
	Reason reason();

	/**
	 * Returns a message that names the evidence.
	 * @return the message
	 */
	String message();

	/**
	 * Returns the number of rows that the server did not know, or knew in an older
	 * version. They are pending, or were sent with the same sync.
	 * @return the number
	 */
	long reuploads();

	/**
	 * The reason of a recovery.
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
