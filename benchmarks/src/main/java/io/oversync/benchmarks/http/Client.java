/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

/**
 * One connection of a {@link Load}.
 *
 * @param <T> what it sends
 */
interface Client<T> extends AutoCloseable {

	/** Makes a request ready to be sent; this is not timed. */
	T prepare() throws Exception;

	/**
	 * Sends a request and reads the answer.
	 * @return how many changes or rows that were
	 * @throws IllegalStateException if the answer is not what it should be
	 */
	int send(T request) throws Exception;

}
