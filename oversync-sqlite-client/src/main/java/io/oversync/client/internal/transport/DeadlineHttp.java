/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import io.oversync.client.http.SyncHttp;

/**
 * Sends requests through another {@link SyncHttp}, on other threads, so that the caller
 * waits no longer than the deadlines allow, and not at all after an interrupt or after
 * {@link #close()}. The other may block for ever and swallow interrupts, as bodies of the
 * JDK's client did before Java 20.
 */
public final class DeadlineHttp implements SyncHttp, AutoCloseable {

	/** Threads of requests that were given up and have not returned. */
	private static final int MAX_UNRETURNED = 8;

	private final SyncHttp transport;

	private final Duration patience;

	private final ExecutorService threads = Executors.newCachedThreadPool(DeadlineHttp::daemon);

	private final Semaphore permits = new Semaphore(MAX_UNRETURNED);

	private volatile boolean closed;

	/** The exchanges that are under way, usually one. */
	private final Set<DeadlineExchange> current = ConcurrentHashMap.newKeySet();

	/**
	 * Creates it.
	 * @param transport sends the requests
	 * @param patience the time for which the server may be silent
	 */
	public DeadlineHttp(SyncHttp transport, Duration patience) {
		this.transport = transport;
		this.patience = patience;
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "oversync-http");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public boolean isStreaming() {
		return this.transport.isStreaming();
	}

	@Override
	public Response exchange(Request request) throws IOException, InterruptedException {
		return begin(request).response(request);
	}

	/** Sends a request whose response is taken later; some of it is read meanwhile. */
	DeadlineExchange begin(Request request) throws IOException {
		if (!this.permits.tryAcquire()) {
			throw new IOException(MAX_UNRETURNED
					+ " earlier requests were given up and have not returned: the SyncHttp must end them when it"
					+ " is interrupted or its response is closed");
		}
		DeadlineExchange exchange = new DeadlineExchange(this.threads, this.patience);
		this.current.add(exchange);
		if (this.closed) {
			end(exchange);
			throw new IOException(DeadlineExchange.CLOSED);
		}
		exchange.start(this.transport, request, () -> end(exchange));
		return exchange;
	}

	private void end(DeadlineExchange exchange) {
		this.current.remove(exchange);
		this.permits.release();
	}

	/** Ends the exchanges that are under way, and lets no other begin. */
	@Override
	public void close() {
		this.closed = true;
		this.current.forEach(DeadlineExchange::abort);
		this.threads.shutdown();
	}

}
