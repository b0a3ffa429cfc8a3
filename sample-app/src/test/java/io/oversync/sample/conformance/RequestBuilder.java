/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the requests of steps whose templates are filled in.
 */
final class RequestBuilder {

	private final Tokens tokens;

	private final Templates names;

	RequestBuilder(Tokens tokens, Templates names) {
		this.tokens = tokens;
		this.names = names;
	}

	/**
	 * Builds the request of a step that sends one.
	 * @param step a step with {@code upload}, {@code download}, {@code changes} or
	 * {@code http}
	 * @return the request
	 * @throws BadCaseException if it is none of these
	 */
	ApiRequest build(JsonNode step) {
		if (step.has("upload")) {
			return upload(step);
		}
		if (step.has("download")) {
			return download(step, step.get("download"));
		}
		if (step.has("changes")) {
			return get(step, "/sync/changes", step.get("changes"));
		}
		if (step.has("http")) {
			return http(step, step.get("http"));
		}
		throw new BadCaseException("Unknown kind of step: " + step.propertyNames());
	}

	/**
	 * Builds the request for one page.
	 * @param step the step
	 * @param parameters the query, without null values
	 * @return the request
	 */
	ApiRequest download(JsonNode step, JsonNode parameters) {
		return get(step, "/sync/download", parameters);
	}

	private ApiRequest get(JsonNode step, String path, JsonNode parameters) {
		String query = parameters.propertyStream()
			.filter((parameter) -> !parameter.getValue().isNull())
			.map((parameter) -> encode(parameter.getKey()) + "=" + encode(parameter.getValue().asString()))
			.collect(Collectors.joining("&"));
		return request(step, "GET", path + (query.isEmpty() ? "" : "?" + query), null, null, StandardCharsets.UTF_8,
				CaseJson.NODES.missingNode());
	}

	private ApiRequest upload(JsonNode step) {
		JsonNode changes = step.get("upload");
		ObjectNode body = CaseJson.NODES.objectNode().put("last_server_seq_seen", 0);
		body.set("changes", changes);
		return request(step, "POST", "/sync/upload", CaseJson.write(body), changes, StandardCharsets.UTF_8,
				CaseJson.NODES.missingNode());
	}

	private ApiRequest http(JsonNode step, JsonNode http) {
		if (!http.path("method").isString() || !http.path("path").isString()) {
			throw new BadCaseException("An http step has the texts method and path");
		}
		String body = http.has("body") ? http.get("body").asString() : null;
		return request(step, http.get("method").stringValue(), http.get("path").stringValue(), body, null,
				charset(http), http.path("headers"));
	}

	private static Charset charset(JsonNode http) {
		String encoding = http.path("encoding").asString("utf-8");
		return switch (encoding.toLowerCase(Locale.ROOT)) {
			case "utf-8", "utf8" -> StandardCharsets.UTF_8;
			case "latin-1", "latin1", "iso-8859-1" -> StandardCharsets.ISO_8859_1;
			default -> throw new BadCaseException("Unknown encoding: " + encoding);
		};
	}

	private ApiRequest request(JsonNode step, String method, String path, @Nullable String body,
			@Nullable JsonNode changes, Charset charset, JsonNode given) {
		ObjectNode claims = claims(step);
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		if (body != null) {
			headers.put("Content-Type", "application/json");
		}
		String authorization = this.tokens.authorization(claims, step.path("auth"));
		if (authorization != null) {
			headers.put("Authorization", authorization);
		}
		given.properties().forEach((header) -> {
			if (header.getValue().isNull()) {
				headers.remove(header.getKey());
			}
			else {
				headers.put(header.getKey(), header.getValue().asString());
			}
		});
		String source = (claims != null && claims.path("did").isString()) ? claims.get("did").stringValue() : null;
		return new ApiRequest(method, path, headers, body, charset, changes, source);
	}

	private @Nullable ObjectNode claims(JsonNode step) {
		if (!step.has("as")) {
			return null;
		}
		String[] names = step.get("as").asString().split("/", -1);
		if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
			throw new BadCaseException("as is user/device, not " + step.get("as"));
		}
		return Tokens.claims(this.names.user(names[0]), this.names.device(names[1]), step.path("auth"));
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

}
