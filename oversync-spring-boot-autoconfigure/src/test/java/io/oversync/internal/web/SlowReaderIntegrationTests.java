/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that receive large pages slowly, or not at all, over their own sockets.
 */
@Tag("prove")
class SlowReaderIntegrationTests {

	/** Far more than the buffers of both sides. */
	private static final int ROWS = 24;

	private static final int ROW_BYTES = 700 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final List<SlowReader> readers = new ArrayList<>();

	@AfterEach
	void hangUp() {
		this.readers.forEach(SlowReader::close);
	}

	private static String[] bearer(String user) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", "phone"));
	}

	private static HttpResponse<String> upload(LiveApplication application, String user, String body) {
		return application.post("/sync/upload", """
				{"changes":[{"source_change_id":1,"schema":"app","table":"note","op":"INSERT",
				"pk":"%s","server_version":0,"payload":{"body":"%s"}}]}""".formatted(UUID.randomUUID(), body),
				bearer(user));
	}

	private static HttpResponse<String> download(LiveApplication application, String user) {
		return application.get("/sync/download?include_self=true&limit=1", bearer(user));
	}

	private static void load(LiveApplication application, String user) {
		for (int i = 0; i < ROWS; i++) {
			assertThat(upload(application, user, "x".repeat(ROW_BYTES)).statusCode()).isEqualTo(200);
		}
	}

	private SlowReader read(LiveApplication application, String user) {
		SlowReader reader = new SlowReader(application, user);
		this.readers.add(reader);
		return reader;
	}

	@Test
	void takeNoConnectionFromOthers() {
		try (LiveApplication application = LiveApplication.start(Jwt.class,
				"spring.datasource.hikari.maximum-pool-size=2", "spring.datasource.hikari.connection-timeout=2000",
				"oversync.download.answers-per-user=20", "oversync.concurrency.requests-per-user=40")) {
			load(application, "mallory");
			for (int i = 0; i < 20; i++) {
				assertThat(read(application, "mallory").head()).startsWith("HTTP/1.1 200");
			}
			HikariDataSource pool = application.context().getBean(HikariDataSource.class);
			Awaitility.await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
			for (int i = 0; i < 5; i++) {
				this.readers.forEach(SlowReader::readALittle);
				assertThat(upload(application, "ann", "short").statusCode()).isEqualTo(200);
				assertThat(download(application, "ann").body()).contains("\"body\":\"short\"");
			}
		}
	}

	@Test
	void areFewForEachUser() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.download.answers-per-user=2")) {
			load(application, "mallory");
			assertThat(read(application, "mallory").head()).startsWith("HTTP/1.1 200");
			assertThat(read(application, "mallory").head()).startsWith("HTTP/1.1 200");
			HttpResponse<String> third = download(application, "mallory");
			assertThat(third.statusCode()).isEqualTo(503);
			assertThat(third.headers().firstValue("Retry-After")).isPresent();
			assertThat(third.body()).contains("temporarily_unavailable").contains("too many downloads");
			assertThat(download(application, "ann").statusCode()).isEqualTo(200);
			assertThat(upload(application, "mallory", "short").statusCode()).isEqualTo(200);
			this.readers.get(0).close();
			Awaitility.await().atMost(PATIENCE).until(() -> download(application, "mallory").statusCode() == 200);
		}
	}

	/** With trickling reads and without any. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void areCutOff(boolean trickle) {
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.download.answers-per-user=1",
				"oversync.download.grace=100ms", "oversync.download.min-rate=100MB",
				"server.tomcat.connection-timeout=1s")) {
			load(application, "mallory");
			SlowReader reader = read(application, "mallory");
			assertThat(reader.head()).startsWith("HTTP/1.1 200");
			Awaitility.await().atMost(PATIENCE).until(() -> {
				if (trickle) {
					reader.readALittle();
				}
				return download(application, "mallory").statusCode() == 200;
			});
			assertThat(reader.rest()).doesNotContain("next_after")
				.doesNotContain("\"error\"")
				.doesNotEndWith("0\r\n\r\n");
		}
	}

	/** A client with a small buffer, which reads on demand. */
	private static final class SlowReader implements AutoCloseable {

		private final Socket socket = new Socket();

		SlowReader(LiveApplication application, String user) {
			try {
				this.socket.setReceiveBufferSize(4096);
				this.socket.setSoTimeout((int) PATIENCE.toMillis());
				this.socket.connect(new InetSocketAddress("localhost", application.port()));
				String request = "GET /sync/download?include_self=true&limit=1000 HTTP/1.1\r\nHost: localhost\r\n"
						+ String.join(": ", bearer(user)) + "\r\n\r\n";
				this.socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		String head() {
			return read(15);
		}

		void readALittle() {
			read(100);
		}

		private String read(int bytes) {
			try {
				return new String(this.socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				return "";
			}
		}

		String rest() {
			return Wire.readAll(this.socket);
		}

		@Override
		public void close() {
			try {
				this.socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
