/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.HdrHistogram.Histogram;

/**
 * Concurrent clients, each of which sends its next request after the answer to the last.
 */
final class Load implements AutoCloseable {

	/** More requests are prepared than the last turn used. */
	private static final double MARGIN = 1.5;

	private final List<Client> clients = new ArrayList<>();

	private final Map<Client, Queue<Client.Request>> ready = new IdentityHashMap<>();

	private final ExecutorService threads;

	private double requestsPerSecond;

	private Load(int clients, double requestsPerSecond) {
		this.threads = Executors.newFixedThreadPool(clients);
		this.requestsPerSecond = requestsPerSecond;
	}

	/**
	 * Opens a load.
	 * @param clients the number of clients
	 * @param requestsPerSecond the requests of each client for a second of the first
	 * turn; later turns follow the actual number
	 * @param opening opens the client with a number, from 1
	 */
	static Load open(int clients, double requestsPerSecond, Opening opening) throws Exception {
		Load load = new Load(clients, requestsPerSecond);
		try {
			for (int number = 1; number <= clients; number++) {
				Client client = opening.open(number);
				load.clients.add(client);
				load.ready.put(client, new ArrayDeque<>());
			}
			return load;
		}
		catch (Exception ex) {
			load.close();
			throw ex;
		}
	}

	/** Prepares the requests of the next turn. */
	void prepare(double seconds) throws Exception {
		int requests = (int) Math.ceil(this.requestsPerSecond * seconds);
		for (Map.Entry<Client, Queue<Client.Request>> client : this.ready.entrySet()) {
			while (client.getValue().size() < requests) {
				client.getValue().add(client.getKey().requests().call());
			}
		}
	}

	/** Sends for a time, or until one of the clients has no request left. */
	Throughput run(double seconds) throws Exception {
		AtomicBoolean stopped = new AtomicBoolean();
		long end = System.nanoTime() + (long) (seconds * 1e9);
		List<Callable<Throughput>> tasks = new ArrayList<>();
		this.ready.values().forEach((requests) -> tasks.add(() -> send(requests, end, stopped)));
		Throughput all = new Throughput(0, 0, 0, new Histogram(3));
		this.requestsPerSecond = 0;
		for (Future<Throughput> future : this.threads.invokeAll(tasks)) {
			Throughput turn = result(future);
			all = all.plus(turn);
			this.requestsPerSecond = Math.max(this.requestsPerSecond,
					MARGIN * turn.nanos().getTotalCount() / turn.seconds());
		}
		return all;
	}

	/** Sends at least one request, so that no idle client is measured. */
	private Throughput send(Queue<Client.Request> requests, long end, AtomicBoolean stopped) throws Exception {
		Histogram nanos = new Histogram(3);
		long items = 0;
		long start = System.nanoTime();
		long now = start;
		do {
			Client.Request request = requests.poll();
			if (request == null) {
				stopped.set(true);
				break;
			}
			items += request.send();
			long answered = System.nanoTime();
			nanos.recordValue(answered - now);
			now = answered;
		}
		while (now < end && !stopped.get());
		double seconds = (now - start) / 1e9;
		return new Throughput(items, items / seconds, seconds, nanos);
	}

	private static Throughput result(Future<Throughput> future) throws Exception {
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
		for (Client client : this.clients) {
			client.close();
		}
	}

	/**
	 * The result of a run.
	 *
	 * @param items changes or rows
	 * @param perSecond changes or rows, of all clients
	 * @param seconds until the last answer
	 * @param nanos of each request
	 */
	record Throughput(long items, double perSecond, double seconds, Histogram nanos) {

		Throughput plus(Throughput other) {
			Histogram both = this.nanos.copy();
			both.add(other.nanos);
			return new Throughput(this.items + other.items, this.perSecond + other.perSecond,
					Math.max(this.seconds, other.seconds), both);
		}

		double millis(double percentile) {
			return this.nanos.getValueAtPercentile(percentile) / 1e6;
		}

	}

	/** Opens a client. */
	interface Opening {

		Client open(int number) throws Exception;

	}

}
