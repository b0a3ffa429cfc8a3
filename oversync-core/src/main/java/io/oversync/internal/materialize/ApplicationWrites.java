/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.Collection;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.Stream;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.SyncActor;

/**
 * What the application itself writes to rows that are about to be written as a stream has
 * them. Both methods run in the transaction that holds the lock of the stream.
 */
public interface ApplicationWrites {

	/**
	 * Brings what was written to rows into the stream, before they are read there.
	 * @param locked the stream
	 * @param actor whose
	 * @param rows the rows
	 * @param deadline of the transaction
	 * @return the stream as it is now
	 */
	Stream absorb(Stream locked, SyncActor actor, Collection<RowKey> rows, Deadline deadline);

	/**
	 * Requires that nothing was written to rows since then. A transaction of the
	 * application may have committed before the rows were overwritten, which are locked
	 * by now; a later one comes after this transaction.
	 * @param actor whose
	 * @param rows the rows
	 * @throws UnseenWriteException if something was written
	 */
	void requireNone(SyncActor actor, Collection<RowKey> rows);

}
