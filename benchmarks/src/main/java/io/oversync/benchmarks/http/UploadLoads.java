/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * Opens what uploads are compared by.
 */
final class UploadLoads {

	static final String PLAIN = "plain";

	static final String TYPED = "typed";

	/** What the first turn is prepared for; the next ones go by what was needed. */
	private static final double FIRST_CHANGES_PER_SECOND = 50_000;

	private static final double FIRST_REQUESTS_PER_SECOND = 4_000;

	private UploadLoads() {
	}

	/**
	 * Opens uploads of new rows.
	 * @param users prefix of the names of users that were not used before
	 * @param table a table of the schema {@code bench}
	 * @param batch rows of an upload
	 */
	static Load<Upload> uploads(Stage stage, String users, String table, int connections, int batch) throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch),
				(number) -> new UploadClient(stage.http(), new Device(users + number, table), batch));
	}

	/**
	 * Opens the inserts of the same.
	 * @param users prefix of the names of users that were not used before
	 * @param materialize whether a business table is written to, too
	 * @param batch rows of a transaction
	 */
	static Load<RawRows> raw(Stage stage, String users, boolean materialize, int connections, int batch)
			throws Exception {
		return Load.open(connections, requestsPerSecond(connections, batch),
				(number) -> new RawBatchClient(stage.jdbc(), users + number, batch, materialize));
	}

	static double requestsPerSecond(int connections, int batch) {
		return Math.min(FIRST_REQUESTS_PER_SECOND, FIRST_CHANGES_PER_SECOND / (connections * batch));
	}

}
