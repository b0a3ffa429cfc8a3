/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.internal.protocol.HeadEvents;
import tools.jackson.core.JacksonException;

/**
 * An open answer that tells the head of the stream whenever it moves. Read by one thread;
 * any thread may close it.
 */
public final class HeadStream implements AutoCloseable {

	private static final int OK = 200;

	private final URI uri;

	private final DeadlineExchange exchange;

	private final HeadEvents events;

	private final Duration heartbeat;

	HeadStream(URI uri, DeadlineExchange exchange, InputStream body, Duration heartbeat) {
		this.uri = uri;
		this.exchange = exchange;
		this.events = new HeadEvents(body);
		this.heartbeat = heartbeat;
	}

	/**
	 * Returns the time between two signs of life.
	 * @return the interval of the server
	 */
	public Duration heartbeat() {
		return this.heartbeat;
	}

	/**
	 * Waits for the next event or sign of life.
	 * @return the head, {@link HeadEvents#ALIVE} or {@link HeadEvents#END}
	 * @throws NetworkException if the answer breaks off, or is silent for too long
	 * @throws ServerException if it is not the protocol's
	 */
	public long next() {
		try {
			return this.events.next();
		}
		catch (IOException ex) {
			throw new NetworkException("No news from " + this.uri + ": " + NetworkCause.describe(ex, this.uri), ex);
		}
		catch (IllegalArgumentException | JacksonException ex) {
			throw new ServerException(OK, "",
					"The answer of " + this.uri + " is not the protocol's: "
							+ ((ex instanceof JacksonException json) ? NetworkCause.describe(json) : ex.getMessage()),
					null);
		}
	}

	/** Ends the answer. */
	@Override
	public void close() {
		this.exchange.abort();
	}

}
