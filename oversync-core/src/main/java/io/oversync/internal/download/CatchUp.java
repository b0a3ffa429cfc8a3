/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.download;

import io.oversync.internal.stream.Backlog;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the application itself has written into a stream, before a page of it is
 * read.
 */
@FunctionalInterface
public interface CatchUp {

	/**
	 * Brings in what waits.
	 * @param state what the stream lacks, null for a user without a stream
	 * @return whether the stream may have moved
	 */
	boolean catchUp(@Nullable Backlog state);

}
