/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The last requests of a session's phones.
 */
final class Traffic {

	private static final int KEPT = 50;

	/** Paths are short; a phone would have to go wrong for one to be longer. */
	private static final int LONGEST_PATH = 200;

	private final Deque<Exchange> exchanges = new ArrayDeque<>();

	private final Runnable changed;

	private long number;

	/**
	 * Creates it.
	 * @param changed called after each request
	 */
	Traffic(Runnable changed) {
		this.changed = changed;
	}

	/** A request that is under way. */
	record Started(String phone, String method, URI uri, long nanos, String sent) {

		static Started now(String phone, String method, URI uri, String sent) {
			return new Started(phone, method, uri, System.nanoTime(), sent);
		}

	}

	void answered(Started request, int status, String received) {
		add(request, request.method, status, received, null);
	}

	void event(Started request, String received) {
		add(request, "EVENT", 0, received, null);
	}

	void failed(Started request, String problem) {
		add(request, request.method, 0, "", problem);
	}

	private void add(Started request, String method, int status, String received, @Nullable String problem) {
		boolean event = method.equals("EVENT");
		String query = (request.uri.getQuery() != null) ? "?" + request.uri.getQuery() : "";
		String path = request.uri.getPath() + (event ? "" : query);
		long millis = event ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.nanos);
		synchronized (this.exchanges) {
			this.number++;
			this.exchanges.addLast(new Exchange(this.number, request.phone, System.currentTimeMillis(), method,
					path.substring(0, Math.min(path.length(), LONGEST_PATH)), status, millis, request.sent, received,
					problem));
			if (this.exchanges.size() > KEPT) {
				this.exchanges.removeFirst();
			}
		}
		this.changed.run();
	}

	/**
	 * Returns the requests after one.
	 * @param last its number, 0 for all
	 * @return the later ones that are kept, the oldest first
	 */
	List<Exchange> after(long last) {
		synchronized (this.exchanges) {
			return this.exchanges.stream().filter((exchange) -> exchange.number() > last).toList();
		}
	}

}
