/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.DoubleStream;

/**
 * A client with the requests that are ready for it.
 *
 * @param <T> what it sends
 */
final class Lane<T> {

	private final Client<T> client;

	private final Queue<T> ready = new ArrayDeque<>();

	Lane(Client<T> client) {
		this.client = client;
	}

	void prepare(int requests) throws Exception {
		while (this.ready.size() < requests) {
			this.ready.add(this.client.prepare());
		}
	}

	/**
	 * Sends one request after the other, at least one.
	 * @param end when to stop, by the clock of {@link System#nanoTime()}
	 * @param stopped whether another lane has nothing left to send; set when this one has
	 */
	Stint run(long end, AtomicBoolean stopped) throws Exception {
		DoubleStream.Builder millis = DoubleStream.builder();
		long items = 0;
		long start = System.nanoTime();
		long now = start;
		do {
			T request = this.ready.poll();
			if (request == null) {
				stopped.set(true);
				break;
			}
			items += this.client.send(request);
			long answered = System.nanoTime();
			millis.add((answered - now) / 1e6);
			now = answered;
		}
		while (now < end && !stopped.get());
		return new Stint(items, (now - start) / 1e9, millis.build().toArray());
	}

	void close() throws Exception {
		this.client.close();
	}

	/**
	 * What a lane has done.
	 *
	 * @param items changes or rows
	 * @param seconds until the last answer
	 * @param millis of each request
	 */
	record Stint(long items, double seconds, double[] millis) {
	}

}
