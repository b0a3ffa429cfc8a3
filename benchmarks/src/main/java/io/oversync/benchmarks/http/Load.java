/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that send at the same time, each as fast as it is answered.
 *
 * @param <T> what they send
 */
final class Load<T> implements AutoCloseable {

	/** How many requests more are made ready than the last turn would have needed. */
	private static final double MARGIN = 1.5;

	private final List<Lane<T>> lanes = new ArrayList<>();

	private final ExecutorService threads;

	private double requestsPerSecond;

	private Load(int clients, double requestsPerSecond) {
		this.threads = Executors.newFixedThreadPool(clients);
		this.requestsPerSecond = requestsPerSecond;
	}

	/**
	 * Opens one.
	 * @param clients how many clients
	 * @param requestsPerSecond how many requests of each will do for a second of the
	 * first turn; the others go by what was needed
	 * @param opening opens the client with a number, from 1
	 */
	static <T> Load<T> open(int clients, double requestsPerSecond, Opening<T> opening) throws Exception {
		Load<T> load = new Load<>(clients, requestsPerSecond);
		try {
			for (int number = 1; number <= clients; number++) {
				load.lanes.add(new Lane<>(opening.open(number)));
			}
			return load;
		}
		catch (Exception ex) {
			load.close();
			throw ex;
		}
	}

	/** Makes the requests of the next turn ready. */
	void prepare(double seconds) throws Exception {
		for (Lane<T> lane : this.lanes) {
			lane.prepare((int) Math.ceil(this.requestsPerSecond * seconds));
		}
	}

	/** Sends for so long, or until one of the clients has nothing left to send. */
	List<Lane.Stint> run(double seconds) throws Exception {
		AtomicBoolean stopped = new AtomicBoolean();
		long end = System.nanoTime() + (long) (seconds * 1e9);
		List<Callable<Lane.Stint>> tasks = new ArrayList<>();
		this.lanes.forEach((lane) -> tasks.add(() -> lane.run(end, stopped)));
		List<Lane.Stint> stints = new ArrayList<>();
		for (Future<Lane.Stint> future : this.threads.invokeAll(tasks)) {
			stints.add(result(future));
		}
		this.requestsPerSecond = MARGIN
				* stints.stream().mapToDouble((stint) -> stint.millis().length / stint.seconds()).max().orElseThrow();
		return stints;
	}

	private static Lane.Stint result(Future<Lane.Stint> future) throws Exception {
		try {
			return future.get();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("A client has failed", ex.getCause());
		}
	}

	@Override
	public void close() throws Exception {
		this.threads.shutdown();
		for (Lane<T> lane : this.lanes) {
			lane.close();
		}
	}

	/**
	 * Opens a client.
	 *
	 * @param <T> what it sends
	 */
	interface Opening<T> {

		Client<T> open(int number) throws Exception;

	}

}
