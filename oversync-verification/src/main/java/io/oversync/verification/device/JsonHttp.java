/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests that are answered with JSON.
 */
public final class JsonHttp {

	static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final JsonMapper mapper = new JsonMapper();

	private JsonHttp() {
	}

	/**
	 * Posts a value.
	 * @param uri the address
	 * @param token a bearer token, or null
	 * @param body anything that can be written as JSON
	 * @return the answer
	 * @throws UnreachableServerException if the server does not answer with 200
	 */
	public static JsonNode post(String uri, @Nullable String token, Object body) {
		return ask(request(uri, token).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(mapper.writeValueAsString(body)))
			.build());
	}

	static JsonNode get(String uri, String token) {
		return ask(request(uri, token).build());
	}

	static HttpRequest.Builder request(String uri, @Nullable String token) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE);
		return (token != null) ? request.header("Authorization", "Bearer " + token) : request;
	}

	private static JsonNode ask(HttpRequest request) {
		HttpResponse<String> answer = send(request);
		if (answer.statusCode() != 200) {
			throw new UnreachableServerException(
					request.uri() + " answered " + answer.statusCode() + " " + answer.body());
		}
		return parsed(request.uri(), () -> mapper.readTree(answer.body()));
	}

	static <T> T parsed(URI uri, Supplier<T> parser) {
		try {
			return parser.get();
		}
		catch (JacksonException ex) {
			throw new UnreachableServerException("No answer from " + uri + ": " + ex);
		}
	}

	static HttpResponse<String> send(HttpRequest request) {
		try {
			return CLIENT.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UnreachableServerException("No answer from " + request.uri() + ": " + ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnreachableServerException("Interrupted while waiting for " + request.uri());
		}
	}

}
