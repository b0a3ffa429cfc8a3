/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.function.Predicate;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page does, without the page: a session with its cookie, and the latest event
 * of each kind.
 */
final class Browser implements AutoCloseable {

	static final JsonMapper json = new JsonMapper();

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final String url;

	private final Map<String, JsonNode> events = new ConcurrentHashMap<>();

	private final List<JsonNode> traffic = Collections.synchronizedList(new ArrayList<>());

	private final Map<String, String> headers = new HashMap<>(Map.of("X-Oversync-Demo", "test"));

	private String secret = "";

	private JsonNode session = json.createObjectNode();

	private @Nullable CompletableFuture<HttpResponse<Void>> stream;

	Browser(String url) {
		this.url = url;
	}

	/** Opens a session and its events. */
	static Browser open(String url) {
		Browser browser = new Browser(url);
		HttpResponse<String> answer = browser.openSession();
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		browser.listen();
		browser.await("a", (view) -> true);
		return browser;
	}

	/** Goes on with a session after a restart of the server. */
	static Browser reopen(String url, Browser before) {
		Browser browser = new Browser(url);
		browser.secret(before.secret);
		assertThat(browser.openSession().statusCode()).isEqualTo(200);
		assertThat(browser.secret).isEqualTo(before.secret);
		browser.listen();
		return browser;
	}

	Browser header(String name, String value) {
		this.headers.put(name, value);
		return this;
	}

	Browser withoutHeader(String name) {
		this.headers.remove(name);
		return this;
	}

	String secret() {
		return this.secret;
	}

	Browser secret(String value) {
		this.secret = value;
		return this;
	}

	String user() {
		return this.session.get("user").stringValue();
	}

	HttpResponse<String> openSession() {
		HttpResponse<String> answer = send("POST", "session", null);
		answer.headers()
			.firstValue("Set-Cookie")
			.ifPresent((cookie) -> this.secret = cookie.replaceFirst("[^=]*=([^;]*);.*", "$1"));
		if (answer.statusCode() == 200) {
			this.session = json.readTree(answer.body());
		}
		return answer;
	}

	void listen() {
		HttpRequest request = request("events").GET().build();
		this.stream = http.sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(new Events()));
	}

	HttpResponse<String> send(String method, String path, @Nullable Object body) {
		HttpRequest.Builder request = request(path);
		if (body != null) {
			request.header("Content-Type", "application/json");
			String text = (body instanceof String given) ? given : json.writeValueAsString(body);
			request.method(method, HttpRequest.BodyPublishers.ofString(text));
		}
		else {
			request.method(method, HttpRequest.BodyPublishers.noBody());
		}
		try {
			return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpRequest.Builder request(String path) {
		URI uri = URI.create(this.url + "/demo/" + path);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
		this.headers.forEach(request::header);
		if (!this.secret.isEmpty()) {
			request.header("Cookie", "oversync-demo-" + uri.getPort() + "=" + this.secret);
		}
		return request;
	}

	/** Sends what must succeed. */
	void run(String method, String path, @Nullable Object body) {
		HttpResponse<String> answer = send(method, path, body);
		assertThat(answer.statusCode()).as(method + " " + path + ": " + answer.body()).isEqualTo(200);
	}

	void add(String place, String title) {
		run("POST", place + "/notes", Map.of("title", title));
	}

	void online(String phone, boolean online) {
		run("PUT", phone + "/online", Map.of("online", online));
	}

	/** Waits for an event. */
	JsonNode await(String event, Predicate<JsonNode> condition) {
		Awaitility.await().atMost(PATIENCE).until(() -> {
			JsonNode latest = this.events.get(event);
			return latest != null && condition.test(latest);
		});
		return this.events.get(event);
	}

	/** Waits until a place has exactly these titles, the newest first. */
	JsonNode awaitTitles(String place, String... titles) {
		return await(place, (view) -> titles(view).equals(List.of(titles)));
	}

	void awaitTraffic(Predicate<JsonNode> condition) {
		Awaitility.await().atMost(PATIENCE).until(() -> traffic().stream().anyMatch(condition));
	}

	List<JsonNode> traffic() {
		synchronized (this.traffic) {
			return List.copyOf(this.traffic);
		}
	}

	static List<String> titles(JsonNode view) {
		List<String> titles = new ArrayList<>();
		view.path("notes").forEach((note) -> titles.add(note.get("title").stringValue()));
		return titles;
	}

	/** Returns the key of a note. */
	String id(String place, String title) {
		JsonNode view = await(place, (latest) -> titles(latest).contains(title));
		for (JsonNode note : view.get("notes")) {
			if (note.get("title").stringValue().equals(title)) {
				return note.get("id").stringValue();
			}
		}
		throw new AssertionError(title);
	}

	boolean isListening() {
		return this.stream != null && !this.stream.isDone();
	}

	@Override
	public void close() {
		if (this.stream != null) {
			this.stream.cancel(true);
		}
	}

	private final class Events implements Flow.Subscriber<String> {

		private String event = "";

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(String line) {
			if (line.startsWith("event:")) {
				this.event = line.substring("event:".length());
			}
			else if (line.startsWith("data:")) {
				JsonNode data = json.readTree(line.substring("data:".length()));
				if (this.event.equals("traffic")) {
					data.forEach(Browser.this.traffic::add);
				}
				Browser.this.events.put(this.event, data);
			}
		}

		@Override
		public void onError(Throwable problem) {
			// the stream is done
		}

		@Override
		public void onComplete() {
			// as above
		}

	}

}
