/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

/**
 * What happens to streams while a case is run.
 */
interface StreamEvents {

	/** Nothing but what the case does. */
	StreamEvents NONE = new StreamEvents() {
	};

	/**
	 * Is called before each request of a user.
	 * @param user the user
	 */
	default void before(String user) {
	}

	/**
	 * Completes an answer by what the events have taken from the stream.
	 * @param user the user
	 * @param outcome the request and its answer, or all pages as one
	 * @param after the cursor of the request, or of the first page
	 * @return what the server would have answered without the events
	 */
	default CaseOutcome complete(String user, CaseOutcome outcome, long after) {
		return outcome;
	}

	/**
	 * Changes a query to one that also sees what the events have taken from the stream.
	 * @param sql the query
	 * @return the query to run
	 */
	default String query(String sql) {
		return sql;
	}

}
