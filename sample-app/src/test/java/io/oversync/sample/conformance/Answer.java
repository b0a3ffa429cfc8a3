package io.oversync.sample.conformance;

import java.net.http.HttpHeaders;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the server said.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param text the body
 * @param body the body as JSON, null when it is none
 * @param millis how long it took
 */
record Answer(int status, HttpHeaders headers, String text, @Nullable JsonNode body, long millis) {

	static Answer of(int status, HttpHeaders headers, String text, long millis) {
		JsonNode body = null;
		try {
			body = text.isEmpty() ? null : ConformanceCase.JSON.readTree(text);
		}
		catch (JacksonException ex) {
			// no JSON: whoever needs it says so
		}
		return new Answer(status, headers, text, body, millis);
	}

}
