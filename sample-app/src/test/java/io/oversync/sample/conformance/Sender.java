/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests as they stand: HTTP/1.1, no redirects, nothing added.
 */
final class Sender {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final URI baseUri;

	private final HttpClient client = newClient();

	Sender(URI baseUri) {
		this.baseUri = baseUri;
	}

	/**
	 * Sends a request.
	 * @param request the request
	 * @return the answer
	 * @throws AssertionError if no answer came
	 */
	ApiAnswer send(ApiRequest request) {
		return send(this.client, request);
	}

	/**
	 * Sends all at the same moment, each on a connection of its own.
	 * @param requests the requests
	 * @return the answers in the order of the requests
	 * @throws AssertionError if one got no answer
	 */
	List<ApiAnswer> sendTogether(List<ApiRequest> requests) {
		if (requests.isEmpty()) {
			return List.of();
		}
		CyclicBarrier start = new CyclicBarrier(requests.size());
		ExecutorService executor = Executors.newFixedThreadPool(requests.size());
		try {
			List<Callable<ApiAnswer>> tasks = new ArrayList<>();
			for (ApiRequest request : requests) {
				// a client keeps its connections, so another client has another one
				HttpClient client = newClient();
				tasks.add(() -> {
					start.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
					return send(client, request);
				});
			}
			List<ApiAnswer> answers = new ArrayList<>();
			for (Future<ApiAnswer> future : executor.invokeAll(tasks)) {
				answers.add(future.get());
			}
			return answers;
		}
		catch (ExecutionException ex) {
			throw new AssertionError("A request of several got no answer: " + ex.getCause(), ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private ApiAnswer send(HttpClient client, ApiRequest request) {
		HttpRequest.BodyPublisher body = (request.body() != null)
				? HttpRequest.BodyPublishers.ofByteArray(request.body().getBytes(request.charset()))
				: HttpRequest.BodyPublishers.noBody();
		HttpRequest.Builder builder = HttpRequest.newBuilder(uri(request.path()))
			.method(request.method(), body)
			.timeout(TIMEOUT);
		request.headers().forEach(builder::header);
		long start = System.nanoTime();
		try {
			HttpResponse<byte[]> response = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
			return ApiAnswer.of(response.statusCode(), response.headers().map(),
					new String(response.body(), StandardCharsets.UTF_8), millis);
		}
		catch (IOException ex) {
			throw new AssertionError("No answer to " + CaseTexts.cut(request.toString(), 3000) + "\n" + ex, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Encodes only characters that no URI can have, so that a case may send odd paths.
	 */
	private URI uri(String path) {
		StringBuilder encoded = new StringBuilder(this.baseUri.toString());
		for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
			if (octet > ' ' && octet < 127 && "\"<>\\^`{|}".indexOf(octet) < 0) {
				encoded.append((char) octet);
			}
			else {
				encoded.append('%').append("%02X".formatted(octet & 0xff));
			}
		}
		return URI.create(encoded.toString());
	}

	private static HttpClient newClient() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(TIMEOUT)
			.build();
	}

}
