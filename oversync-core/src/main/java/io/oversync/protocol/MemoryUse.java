/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

/**
 * Accounts for the memory of a request before it is allocated.
 */
@FunctionalInterface
public interface MemoryUse {

	/** Without a bound. */
	MemoryUse UNLIMITED = (bytes) -> {
	};

	/**
	 * Notes that the request needs more.
	 * @param bytes how much more
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} if that is not free at the
	 * moment, {@code REQUEST_TOO_LARGE} if it never can be
	 */
	void grow(long bytes);

}
