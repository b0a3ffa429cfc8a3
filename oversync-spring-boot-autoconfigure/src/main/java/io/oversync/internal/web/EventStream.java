/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;

import io.oversync.internal.watch.WatchHub.Registration;
import io.oversync.internal.watch.Watcher;
import io.oversync.internal.web.WaitingRequests.Waiting;
import io.oversync.protocol.SyncActor;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One answer of server-sent events. Writes without blocking: a client that does not read
 * gets the newest head once it does, and holds no thread until then.
 */
final class EventStream implements WriteListener, AsyncListener, Watcher, Waiting {

	private static final Log logger = LogFactory.getLog(EventStream.class);

	private static final long NONE = -1;

	private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

	private final WaitingRequests requests;

	private final SyncActor actor;

	private final AsyncContext context;

	private final ServletOutputStream body;

	private final List<ScheduledFuture<?>> tasks = new ArrayList<>(2);

	private @Nullable Registration registration;

	/** The head to be sent. */
	private long head = NONE;

	private boolean heartbeat = true;

	private boolean unflushed;

	private boolean ending;

	private boolean ended;

	private boolean listening;

	EventStream(WaitingRequests requests, SyncActor actor, AsyncContext context) throws IOException {
		this.requests = requests;
		this.actor = actor;
		this.context = context;
		this.body = context.getResponse().getOutputStream();
	}

	/**
	 * Starts the answer.
	 * @param registered where heads come from
	 * @param expiry when the token expires, null for never
	 */
	synchronized void start(Registration registered, @Nullable Instant expiry) {
		this.registration = registered;
		this.context.addListener(this);
		this.tasks.add(this.requests.repeatedly(this::beat, this.requests.heartbeat()));
		if (expiry != null) {
			this.tasks.add(this.requests.later(this::stop, Duration.between(Instant.now(), expiry)));
		}
		this.listening = true;
		this.body.setWriteListener(this);
	}

	private synchronized void beat() {
		this.heartbeat = true;
		drain();
	}

	@Override
	public synchronized void head(long moved) {
		this.head = moved;
		drain();
	}

	@Override
	public void revoked() {
		stop();
	}

	@Override
	public synchronized void stop() {
		this.ending = true;
		drain();
	}

	@Override
	public synchronized void onWritePossible() {
		drain();
	}

	private void drain() {
		if (this.ended || !this.listening) {
			return;
		}
		try {
			while (hasMore() && this.body.isReady()) {
				writeNext();
			}
			if (this.ending && !hasMore()) {
				end();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("A device that watched is gone", ex);
			end();
		}
	}

	private boolean hasMore() {
		return this.head != NONE || this.heartbeat || this.unflushed;
	}

	private void writeNext() throws IOException {
		if (this.head != NONE) {
			byte[] event = ("event: head\ndata: {\"head\":" + this.head + "}\n\n").getBytes(StandardCharsets.US_ASCII);
			this.head = NONE;
			this.heartbeat = false;
			this.unflushed = true;
			this.body.write(event);
		}
		else if (this.heartbeat) {
			this.heartbeat = false;
			this.unflushed = true;
			this.body.write(HEARTBEAT);
		}
		else {
			this.unflushed = false;
			this.body.flush();
		}
	}

	private synchronized void end() {
		if (this.ended) {
			return;
		}
		release();
		try {
			this.context.complete();
		}
		catch (IllegalStateException ex) {
			logger.debug("The container has ended the request", ex);
		}
	}

	private void release() {
		this.ended = true;
		this.tasks.forEach((task) -> task.cancel(false));
		if (this.registration != null) {
			this.registration.close();
		}
		this.requests.remove(this);
		this.requests.leave(this.actor);
	}

	@Override
	public void onError(Throwable failure) {
		logger.debug("A device that watched is gone", failure);
		end();
	}

	@Override
	public synchronized void onComplete(AsyncEvent event) {
		if (!this.ended) {
			release();
		}
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		end();
	}

	@Override
	public void onError(AsyncEvent event) {
		end();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		// is started once
	}

}
