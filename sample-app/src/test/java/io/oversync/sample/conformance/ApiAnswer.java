/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a request.
 *
 * @param status the status
 * @param headers by name, in any case
 * @param text the body as it came
 * @param body the body as JSON, or a missing node when it is none; for lines, an object
 * with the {@code changes} and the members of the last line
 * @param millis from sending the request to the last byte
 */
record ApiAnswer(int status, Map<String, List<String>> headers, String text, JsonNode body, long millis) {

	static ApiAnswer of(int status, Map<String, List<String>> headers, String text, long millis) {
		Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		anyCase.putAll(headers);
		boolean lines = String.join("", anyCase.getOrDefault("Content-Type", List.of()))
			.startsWith("application/x-ndjson");
		JsonNode body = lines ? changes(text) : CaseJson.tryRead(text);
		return new ApiAnswer(status, anyCase, text, (body != null) ? body : CaseJson.NODES.missingNode(), millis);
	}

	/** Makes a page of lines: all but the last are changes. */
	private static @Nullable JsonNode changes(String text) {
		List<JsonNode> lines = new ArrayList<>();
		for (String line : text.split("\n")) {
			JsonNode value = CaseJson.tryRead(line);
			if (value == null) {
				return null;
			}
			lines.add(value);
		}
		ObjectNode page = CaseJson.NODES.objectNode();
		JsonNode last = lines.remove(lines.size() - 1);
		page.set("changes", CaseJson.NODES.arrayNode().addAll(lines));
		last.properties().forEach((member) -> page.set(member.getKey(), member.getValue()));
		return text.endsWith("\n") ? page : null;
	}

	/**
	 * Returns a header, its values joined.
	 * @param name in any case
	 * @return text, or a missing node
	 */
	JsonNode header(String name) {
		List<String> values = this.headers.get(name);
		return (values == null) ? CaseJson.NODES.missingNode() : CaseJson.NODES.stringNode(String.join(", ", values));
	}

	/**
	 * Returns the part that the matcher of a {@code parallel} step sees.
	 * @return status and body
	 */
	ObjectNode statusAndBody() {
		ObjectNode result = CaseJson.NODES.objectNode().put("status", this.status);
		if (!this.body.isMissingNode()) {
			result.set("body", this.body);
		}
		return result;
	}

	@Override
	public String toString() {
		StringBuilder result = new StringBuilder().append(this.status)
			.append(" after ")
			.append(this.millis)
			.append(" ms");
		this.headers
			.forEach((name, values) -> result.append('\n').append(name).append(": ").append(String.join(", ", values)));
		return result.append("\n\n").append(this.text).toString();
	}

}
