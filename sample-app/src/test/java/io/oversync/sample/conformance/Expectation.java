/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * The expected answer of a step.
 */
final class Expectation {

	private static final Set<String> MEMBERS = Set.of("status", "headers", "body", "contains", "excludes", "max_ms");

	private final JsonNode expect;

	/**
	 * Creates an expectation.
	 * @param expect the member of a step, or a missing node
	 * @throws BadCaseException if it has an unknown member
	 */
	Expectation(JsonNode expect) {
		for (String name : expect.propertyNames()) {
			if (!MEMBERS.contains(name)) {
				throw new BadCaseException("Unknown expectation: " + name);
			}
		}
		this.expect = expect;
	}

	/**
	 * Compares an answer with the expectation.
	 * @param answer the answer
	 * @param captures receives captured values
	 * @return the mismatches
	 */
	List<Mismatch> check(ApiAnswer answer, Map<String, JsonNode> captures) {
		List<Mismatch> mismatches = new ArrayList<>();
		JsonNode status = this.expect.has("status") ? this.expect.get("status") : CaseJson.NODES.numberNode(200);
		boolean expected = status.isArray() ? status.valueStream().anyMatch((one) -> one.asInt() == answer.status())
				: status.asInt() == answer.status();
		if (!expected) {
			mismatches.add(new Mismatch("status", "expected " + status + " but got " + answer.status()));
		}
		this.expect.path("headers")
			.properties()
			.forEach((header) -> mismatches.addAll(Matchers.match(header.getValue(), answer.header(header.getKey()),
					"headers." + header.getKey(), captures)));
		if (this.expect.has("body")) {
			mismatches.addAll(Matchers.match(this.expect.get("body"), answer.body(), "body", captures));
		}
		for (JsonNode text : this.expect.path("contains")) {
			if (!answer.text().contains(text.asString())) {
				mismatches.add(new Mismatch("text", "must contain " + CaseTexts.cut(text.asString(), 1000)));
			}
		}
		for (JsonNode text : this.expect.path("excludes")) {
			if (answer.text().contains(text.asString())) {
				mismatches.add(new Mismatch("text", "must not contain " + CaseTexts.cut(text.asString(), 1000)));
			}
		}
		if (this.expect.has("max_ms") && answer.millis() > this.expect.get("max_ms").asLong()) {
			mismatches.add(new Mismatch("time",
					"took " + answer.millis() + " ms, more than " + this.expect.get("max_ms") + " ms"));
		}
		return mismatches;
	}

}
