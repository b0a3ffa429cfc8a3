/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The open pages of a session. A page that has gone is noticed when something is sent to
 * it.
 */
final class EventStreams {

	private static final Logger logger = LoggerFactory.getLogger(EventStreams.class);

	/** Most open pages of a session; a further one takes the place of the oldest. */
	private static final int MOST = 4;

	private final List<SseEmitter> streams = new CopyOnWriteArrayList<>();

	/** Pages that gave up their place and were not told yet. */
	private final AtomicInteger leaving = new AtomicInteger();

	private final Runnable closed;

	/**
	 * Creates it.
	 * @param closed called after a page has gone
	 */
	EventStreams(Runnable closed) {
		this.closed = closed;
	}

	/**
	 * Opens a further page.
	 * @param sender sends to the pages: one that does not read must not hold the caller
	 * @return its stream
	 */
	synchronized SseEmitter open(Executor sender) {
		if (this.leaving.get() >= MOST) {
			throw DemoException.tooMuch("Too many pages of this session were opened.");
		}
		while (this.streams.size() >= MOST) {
			SseEmitter oldest = this.streams.remove(0);
			this.leaving.incrementAndGet();
			sender.execute(() -> dismiss(oldest));
		}
		SseEmitter stream = new SseEmitter(0L);
		stream.onCompletion(() -> remove(stream));
		stream.onError((ex) -> remove(stream));
		this.streams.add(stream);
		return stream;
	}

	private void dismiss(SseEmitter stream) {
		try {
			send(stream, SseEmitter.event().name("elsewhere").data(""));
			stream.complete();
		}
		finally {
			this.leaving.decrementAndGet();
		}
	}

	boolean isEmpty() {
		return this.streams.isEmpty();
	}

	void send(String event, String json) {
		for (SseEmitter stream : this.streams) {
			send(stream, SseEmitter.event().name(event).data(json, MediaType.APPLICATION_JSON));
		}
	}

	/** Finds out which pages have gone. */
	void beat() {
		for (SseEmitter stream : this.streams) {
			send(stream, SseEmitter.event().comment(""));
		}
	}

	private void send(SseEmitter stream, SseEmitter.SseEventBuilder event) {
		try {
			stream.send(event);
		}
		catch (IOException | IllegalStateException ex) {
			logger.debug("A page has gone", ex);
			remove(stream);
		}
	}

	private void remove(SseEmitter stream) {
		if (this.streams.remove(stream)) {
			this.closed.run();
		}
	}

	void close() {
		for (SseEmitter stream : this.streams) {
			this.streams.remove(stream);
			stream.complete();
		}
	}

}
