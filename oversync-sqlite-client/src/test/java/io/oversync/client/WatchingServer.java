/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.oversync.client.http.SyncHttp;

/**
 * The model over HTTP, with answers that stay open and say what a test wants.
 */
final class WatchingServer implements AutoCloseable {

	static {
		// else each answer takes 40 ms
		System.setProperty("sun.net.httpserver.nodelay", "true");
	}

	private final ModelServer model;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final HttpServer http;

	private final List<Watching> watches = new CopyOnWriteArrayList<>();

	private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

	private volatile Map<String, String> headers = Map.of("Content-Type", "text/event-stream");

	private volatile String start = ":\n\n";

	WatchingServer(ModelServer model) {
		this.model = model;
		try {
			this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.http.setExecutor(this.threads);
		this.http.createContext("/sync", this::answer);
		this.http.createContext("/sync/watch", this::watch);
		this.http.start();
	}

	URI url() {
		return URI.create("http://localhost:" + this.http.getAddress().getPort() + "/sync");
	}

	/** The requests for news so far, those that are over as well. */
	List<Watching> watches() {
		return this.watches;
	}

	Watching last() {
		return this.watches.get(this.watches.size() - 1);
	}

	/** Refuses the next request for news. */
	void refuse(int status, Map<String, String> headers) {
		this.refusals.add(new Refusal(status, headers));
	}

	/** Answers with these headers, and with this start, from now on. */
	void begin(Map<String, String> headers, String start) {
		this.headers = headers;
		this.start = start;
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			Map<String, String> received = new HashMap<>();
			exchange.getRequestHeaders().forEach((name, values) -> received.put(name, values.get(0)));
			byte[] body = exchange.getRequestBody().readAllBytes();
			SyncHttp.Response response = this.model.exchange(new SyncHttp.Request(exchange.getRequestMethod(),
					exchange.getRequestURI(), received, (body.length > 0) ? body : null));
			response.headers().forEach(exchange.getResponseHeaders()::set);
			byte[] answer = response.body().readAllBytes();
			exchange.sendResponseHeaders(response.status(), (answer.length > 0) ? answer.length : -1);
			exchange.getResponseBody().write(answer);
		}
	}

	private void watch(HttpExchange exchange) throws IOException {
		Watching watching = new Watching(exchange);
		Refusal refusal = this.refusals.poll();
		try (exchange) {
			if (refusal != null) {
				refusal.headers.forEach(exchange.getResponseHeaders()::set);
				exchange.sendResponseHeaders(refusal.status, -1);
				this.watches.add(watching);
				return;
			}
			this.headers.forEach(exchange.getResponseHeaders()::set);
			exchange.sendResponseHeaders(200, 0);
			watching.send(this.start);
			this.watches.add(watching);
			watching.over.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.watches.forEach(Watching::end);
		this.http.stop(0);
		this.threads.shutdownNow();
	}

	private record Refusal(int status, Map<String, String> headers) {
	}

	/** A request for news. */
	static final class Watching {

		private final HttpExchange exchange;

		private final CountDownLatch over = new CountDownLatch(1);

		Watching(HttpExchange exchange) {
			this.exchange = exchange;
		}

		String query() {
			return this.exchange.getRequestURI().getQuery();
		}

		String header(String name) {
			return String.valueOf(this.exchange.getRequestHeaders().getFirst(name)).toLowerCase(Locale.ROOT);
		}

		/** Returns whether the client still listens, as far as can be told. */
		boolean send(String text) {
			try {
				OutputStream body = this.exchange.getResponseBody();
				body.write(text.getBytes(StandardCharsets.UTF_8));
				body.flush();
				return true;
			}
			catch (IOException ex) {
				return false;
			}
		}

		void head(long head) {
			send("event: head\ndata: {\"head\":" + head + "}\n\n");
		}

		void end() {
			this.over.countDown();
		}

	}

}
