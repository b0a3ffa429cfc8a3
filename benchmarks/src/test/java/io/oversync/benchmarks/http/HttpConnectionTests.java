/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HttpConnectionTests {

	private static final byte[] REQUEST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
		.getBytes(StandardCharsets.US_ASCII);

	private final byte[] large = "one two one ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void readsAnswersOfAKnownLength() throws IOException {
		answer(201, this.large.length);
		assertAnswers(201);
	}

	@Test
	void readsAnswersInChunks() throws IOException {
		answer(200, 0);
		assertAnswers(200);
	}

	/** A length of 0 means chunks. */
	private void answer(int status, int length) {
		this.server.createContext("/", (exchange) -> {
			try (InputStream body = exchange.getRequestBody()) {
				body.readAllBytes();
			}
			exchange.sendResponseHeaders(status, length);
			exchange.getResponseBody().write(this.large);
			exchange.close();
		});
	}

	private void assertAnswers(int status) throws IOException {
		try (HttpConnection connection = new HttpConnection(this.server.getAddress().getPort())) {
			for (int i = 0; i < 3; i++) {
				assertThat(connection.exchange(REQUEST)).isEqualTo(status);
				assertThat(connection.count("one".getBytes(StandardCharsets.US_ASCII))).isEqualTo(40_000);
				assertThat(connection.body()).hasSize(this.large.length);
			}
		}
	}

	@Test
	void readsAnswersWithoutABody() throws IOException {
		this.server.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(404, -1);
			exchange.close();
		});
		try (HttpConnection connection = new HttpConnection(this.server.getAddress().getPort())) {
			assertThat(connection.exchange(REQUEST)).isEqualTo(404);
			assertThat(connection.body()).isEmpty();
		}
	}

}
