/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An open answer of server-sent events.
 */
final class WatchEvents implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final HttpResponse<InputStream> response;

	private final Queue<String> lines = new ConcurrentLinkedQueue<>();

	private final CompletableFuture<Void> end;

	WatchEvents(LiveApplication application, String[] token, String query) {
		HttpRequest request = application.request("/sync/watch" + query).headers(token).build();
		try {
			this.response = HTTP.send(request, BodyHandlers.ofInputStream());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		this.end = new CompletableFuture<>();
		Thread reader = new Thread(this::read, "events");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.response.body(), StandardCharsets.UTF_8))) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException | RuntimeException ex) {
			this.lines.add("broken");
		}
		this.end.complete(null);
	}

	int status() {
		return this.response.statusCode();
	}

	String header(String name) {
		return this.response.headers().firstValue(name).orElse("");
	}

	List<String> lines() {
		return List.copyOf(this.lines);
	}

	boolean hasEnded() {
		return this.end.isDone();
	}

	/** In order, not broken. */
	void awaitEnd() {
		Awaitility.await().atMost(PATIENCE).until(this::hasEnded);
		assertThat(this.lines).doesNotContain("broken");
	}

	@Override
	public void close() {
		try {
			this.response.body().close();
		}
		catch (IOException ex) {
			// is closed
		}
	}

}
