/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.oversync.client.NetworkException;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the rows of a user have changed on the server, by devices or by SQL: with
 * {@code GET /sync/watch}, as a device does, so also while both phones are offline.
 */
final class ServerWatch implements AutoCloseable {

	private static final int PAUSE_SECONDS = 1;

	private final HttpClient http;

	private final URI watch;

	private final PhoneTokens tokens;

	private final ScheduledExecutorService timer;

	private final Runnable changed;

	private @Nullable CompletableFuture<?> answer;

	private boolean closed;

	ServerWatch(HttpClient http, URI watch, PhoneTokens tokens, ScheduledExecutorService timer, Runnable changed) {
		this.http = http;
		this.watch = watch;
		this.tokens = tokens;
		this.timer = timer;
		this.changed = changed;
	}

	void open() {
		this.timer.execute(this::connect);
	}

	private void connect() {
		String token;
		try {
			token = this.tokens.token(null);
		}
		catch (NetworkException ex) {
			again();
			return;
		}
		HttpRequest request = HttpRequest.newBuilder(this.watch)
			.header("Authorization", "Bearer " + token)
			.header("Accept", "text/event-stream")
			.build();
		synchronized (this) {
			if (!this.closed) {
				CompletableFuture<?> sent = this.http.sendAsync(request,
						HttpResponse.BodyHandlers.fromLineSubscriber(new Lines()));
				this.answer = sent;
				sent.whenComplete((response, problem) -> again());
			}
		}
	}

	/** The answer ends with its token, or with the server. */
	private synchronized void again() {
		if (!this.closed && !this.timer.isShutdown()) {
			this.timer.schedule(this::connect, PAUSE_SECONDS, TimeUnit.SECONDS);
		}
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.answer != null) {
			this.answer.cancel(true);
		}
	}

	/** The lines of the answer: each event means that the table may have changed. */
	private final class Lines implements Flow.Subscriber<String> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(String line) {
			if (line.startsWith("data:")) {
				ServerWatch.this.changed.run();
			}
		}

		@Override
		public void onError(Throwable problem) {
			// the answer has ended, which completes the exchange
		}

		@Override
		public void onComplete() {
			// as above
		}

	}

}
