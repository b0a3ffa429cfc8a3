/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.nio.charset.Charset;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request, with the facts that the rules about its answer need.
 *
 * @param method the method
 * @param path path and query
 * @param headers all that are sent
 * @param body the text of the body, or null for none
 * @param charset how the text becomes bytes
 * @param changes the changes of an upload step, whose ids the answer echoes; null in
 * every other request
 * @param source the requesting device, or null if the step names none
 */
record ApiRequest(String method, String path, Map<String, String> headers, @Nullable String body, Charset charset,
		@Nullable JsonNode changes, @Nullable String source) {

	/**
	 * Returns whether it is a request to an endpoint, whatever its query.
	 * @param method the method
	 * @param endpoint the path
	 * @return whether both are so
	 */
	boolean isTo(String method, String endpoint) {
		int query = this.path.indexOf('?');
		return this.method.equals(method) && ((query < 0) ? this.path : this.path.substring(0, query)).equals(endpoint);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.method).append(' ').append(this.path);
		this.headers.forEach((name, value) -> text.append('\n').append(name).append(": ").append(value));
		return (this.body == null) ? text.toString() : text.append("\n\n").append(this.body).toString();
	}

}
