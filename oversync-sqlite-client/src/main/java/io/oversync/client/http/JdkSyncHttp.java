/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The HTTP client of the JDK. It follows no redirects: one means a wrong URL or a login
 * page.
 */
public final class JdkSyncHttp implements SyncHttp {

	/** The client's timeout includes sending, which takes its time on a slow network. */
	private static final int MIN_BYTES_PER_SECOND = 1024;

	private final HttpClient client;

	private final Duration timeout;

	/**
	 * Creates it with a client of its own, which waits 10 seconds for a connection and 60
	 * seconds for the head of a response.
	 */
	public JdkSyncHttp() {
		this(Duration.ofSeconds(60));
	}

	/**
	 * Creates it with a client of its own, which waits 10 seconds for a connection.
	 * @param timeout the time to wait for the head of a response, once the request is
	 * sent
	 */
	public JdkSyncHttp(Duration timeout) {
		this(HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build(), timeout);
	}

	/**
	 * Creates it.
	 * @param client the client to use
	 * @param timeout the time to wait for the head of a response, once the request is
	 * sent
	 */
	public JdkSyncHttp(HttpClient client, Duration timeout) {
		this.client = client;
		this.timeout = timeout;
	}

	@Override
	public boolean isStreaming() {
		return true;
	}

	@Override
	public Response exchange(Request request) throws IOException, InterruptedException {
		byte[] body = request.body();
		HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
			.timeout(this.timeout.plusSeconds((body != null) ? body.length / MIN_BYTES_PER_SECOND : 0))
			.method(request.method(), (body != null) ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody());
		request.headers().forEach(builder::header);
		HttpResponse<InputStream> response = this.client.send(builder.build(), BodyHandlers.ofInputStream());
		Map<String, String> headers = new HashMap<>();
		response.headers()
			.map()
			.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.iterator().next()));
		return new Response(response.statusCode(), headers, response.body());
	}

}
