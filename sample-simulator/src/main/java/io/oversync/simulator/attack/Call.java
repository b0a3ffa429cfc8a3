/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

/**
 * A request of the honest user.
 *
 * @param kind its kind
 * @param millis the time from when it was due to the end of its answer
 * @param status the status of the answer, 0 if there was none
 */
record Call(Kind kind, long millis, int status) {

	static final int UNANSWERED = 0;

	private static final int OK = 200;

	boolean failed() {
		return this.status != OK;
	}

	/**
	 * The kinds of requests of an honest user.
	 */
	enum Kind {

		/** An upload of one row. */
		UPLOAD_1,

		/** An upload of 50 rows. */
		UPLOAD_50,

		/** A page from the beginning. */
		DOWNLOAD,

		/** The changes since the last page. */
		POLL

	}

}
