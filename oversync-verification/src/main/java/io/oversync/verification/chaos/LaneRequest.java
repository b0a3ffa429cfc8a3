/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request on its way to the server.
 *
 * @param lane the device's lane
 * @param method {@code GET} or {@code POST}
 * @param pathAndQuery where to, at the server
 * @param message as it goes to the server
 */
record LaneRequest(String lane, String method, String pathAndQuery, HttpMessage message) {

	private static final Pattern START_LINE = Pattern.compile("(\\S+) /([^/\\s]+)(/\\S*) HTTP/1\\.1");

	/**
	 * Addresses a device's request.
	 * @param received the request, with the lane as the first segment of its path
	 * @param hostField the server's name
	 */
	static LaneRequest of(HttpMessage received, String hostField) throws IOException {
		Matcher matcher = START_LINE.matcher(received.startLine());
		if (!matcher.matches()) {
			throw new IOException("A request without a lane: " + received.startLine());
		}
		String method = matcher.group(1);
		String pathAndQuery = matcher.group(3);
		String lane = URLDecoder.decode(matcher.group(2), StandardCharsets.UTF_8);
		return new LaneRequest(lane, method, pathAndQuery,
				received.forwarded(method + " " + pathAndQuery + " HTTP/1.1", hostField));
	}

	boolean isUpload() {
		return this.method.equals("POST") && this.pathAndQuery.endsWith("/upload");
	}

	/** Whether its answer stays open. */
	boolean isWatch() {
		return this.method.equals("GET") && this.pathAndQuery.split("\\?", 2)[0].endsWith("/watch");
	}

	/** Returns the segment of a path that {@link #of} understands. */
	static String segment(String lane) {
		return URLEncoder.encode(lane, StandardCharsets.UTF_8);
	}

}
