/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.materialize;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A handler that can also read the rows of its table, so that what the application itself
 * writes there reaches devices ({@code docs/server-writes.md}). Captured are writes to
 * the registered table, which has to exist, with an owner column, and hold the keys of
 * the rows; what the handler itself writes there for a device is not.
 */
public interface ReadingMaterializationHandler extends MaterializationHandler {

	/**
	 * Reads rows as devices are to have them.
	 * <p>
	 * Runs in a transaction that locks the user's stream, on its connection and within a
	 * savepoint, and must not write. It may be called several times for a row. If it
	 * throws, the rows are read one by one, and one that still fails waits, with the rows
	 * that need it as a parent, until a later attempt.
	 * @param userId the owner
	 * @param keys keys of the table's rows, of which the owner column has the user
	 * @return of each row that devices are to have, its full after-image: a JSON object,
	 * in the formats of the payloads that devices send; a row that is missing ends on the
	 * devices. An image with the JSON that the stream has already is no change.
	 */
	Map<UUID, String> readAll(String userId, List<UUID> keys);

}
