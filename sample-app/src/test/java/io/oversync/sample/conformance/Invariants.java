/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.List;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;

/**
 * The rules for every answer, regardless of the expectation of a case.
 */
final class Invariants {

	private static final Pattern INTERNALS = Pattern.compile("(?i)\\bat [\\w.$]+\\([\\w.]+(:\\d+)?\\)|"
			+ "[a-z]\\w*\\.[\\w.]*(Exception|Error)\\b|\\b(org\\.postgresql|org\\.springframework|java\\.lang)\\b|"
			+ "\\bSQLSTATE\\b|\\bERROR: |\\b(PSQL|SQL)Exception\\b|"
			+ "\\bselect\\b.+\\bfrom\\b|\\binsert\\s+into\\b|\\bupdate\\b.+\\bset\\b.+=|\\bdelete\\s+from\\b");

	private Invariants() {
	}

	/**
	 * Checks one answer.
	 * @param request the request
	 * @param answer the answer
	 * @return the violations, empty if there are none
	 */
	static List<Mismatch> check(ApiRequest request, ApiAnswer answer) {
		Checks checks = new Checks();
		if (answer.status() == 200 && request.isTo("POST", "/sync/upload")) {
			UploadInvariants.check(request, answer.body(), checks);
		}
		else if (answer.status() == 200 && request.isTo("GET", "/sync/download")) {
			new DownloadInvariants(request, checks).check(answer.body());
		}
		else if (answer.status() == 200 && request.isTo("GET", "/sync/changes")) {
			new DownloadInvariants(request, checks).checkChanges(answer);
		}
		else if (answer.status() >= 400) {
			checkError(request, answer, checks);
		}
		return checks.mismatches();
	}

	private static void checkError(ApiRequest request, ApiAnswer answer, Checks checks) {
		JsonNode body = answer.body();
		// the answer to HEAD has no body
		if (!request.method().equals("HEAD")
				&& checks.that(body.isObject(), "body", "an error is a JSON object with error and message")) {
			for (String name : List.of("error", "message")) {
				JsonNode value = body.path(name);
				checks.that(value.isString() && !value.stringValue().isBlank(), "body." + name,
						"must be a text that says something but is " + Checks.shown(value));
			}
			checks.that(answer.header("Content-Type").asString("").startsWith("application/json"),
					"headers.Content-Type",
					"must be application/json but is " + Checks.shown(answer.header("Content-Type")));
		}
		checks.that(!INTERNALS.matcher(answer.text()).find(), "body", "shows SQL or a stack trace");
		if (answer.status() == 401) {
			checks.that(body.path("error").asString("").equals("authentication_failed"), "body.error",
					"must be authentication_failed but is " + Checks.shown(body.path("error")));
			JsonNode challenge = answer.header("WWW-Authenticate");
			checks.that(challenge.isMissingNode() || challenge.stringValue().matches("(?i)Bearer\\b.*"),
					"headers.WWW-Authenticate", "must be absent or Bearer but is " + Checks.shown(challenge));
		}
		if (answer.status() == 503) {
			checks.that(!answer.header("Retry-After").isMissingNode(), "headers.Retry-After", "must be there");
		}
	}

}
