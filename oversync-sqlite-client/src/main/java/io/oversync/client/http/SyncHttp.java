/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request. The default is {@link JdkSyncHttp}; where there is no
 * {@code java.net.http}, as on Android, implement this on the HTTP library at hand.
 */
@FunctionalInterface
public interface SyncHttp {

	/**
	 * Sends a request and waits for the head of its response.
	 * @param request the request
	 * @return the response, whatever its status; the caller closes it
	 * @throws IOException if there is no response, or none in time: the request may or
	 * may not have reached the server
	 * @throws InterruptedException if the thread was interrupted meanwhile
	 */
	Response exchange(Request request) throws IOException, InterruptedException;

	/**
	 * Returns whether the body of a response can be read while it still arrives, however
	 * long that takes. Only then is everything up to the head of the stream fetched in
	 * one response, else page by page; and only then does the server tell of news, in a
	 * response that stays open for hours and is read beside other exchanges.
	 * @return whether it passes bodies on as they come; false unless overridden
	 */
	default boolean isStreaming() {
		return false;
	}

	/**
	 * A request.
	 *
	 * @param method {@code GET} or {@code POST}
	 * @param uri the URI
	 * @param headers names and values
	 * @param body the body, or null
	 */
	record Request(String method, URI uri, Map<String, String> headers, byte @Nullable [] body) {
	}

	/**
	 * A response.
	 *
	 * @param status the HTTP status
	 * @param headers the first value of each header, names in lower case
	 * @param body its bytes; if there is a {@code content-encoding}, still encoded
	 */
	record Response(int status, Map<String, String> headers, InputStream body) implements AutoCloseable {

		@Override
		public void close() throws IOException {
			this.body.close();
		}

	}

}
