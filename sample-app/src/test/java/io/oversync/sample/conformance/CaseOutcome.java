/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of a step, or all pages of a drain combined into one.
 *
 * @param request the (last) request
 * @param answer the answer to compare with the expectation
 * @param violations the violations of the rules for every answer
 */
record CaseOutcome(ApiRequest request, ApiAnswer answer, List<Mismatch> violations) {

	/**
	 * Joins pages.
	 * @param pages in order; the last one is the end of the stream, or the failure
	 * @return the last page with the changes of all
	 */
	static CaseOutcome ofPages(List<CaseOutcome> pages) {
		CaseOutcome last = pages.get(pages.size() - 1);
		ApiAnswer answer = last.answer();
		if (answer.status() != 200 || !last.violations().isEmpty()) {
			return last;
		}
		ArrayNode changes = CaseJson.NODES.arrayNode();
		StringBuilder text = new StringBuilder();
		long millis = 0;
		for (CaseOutcome page : pages) {
			for (JsonNode change : page.answer().body().get("changes")) {
				changes.add(change);
			}
			text.append(text.isEmpty() ? "" : "\n").append(page.answer().text());
			millis += page.answer().millis();
		}
		ObjectNode body = ((ObjectNode) answer.body()).deepCopy();
		body.set("changes", changes);
		body.put("pages", pages.size());
		return new CaseOutcome(last.request(), new ApiAnswer(200, answer.headers(), text.toString(), body, millis),
				List.of());
	}

}
