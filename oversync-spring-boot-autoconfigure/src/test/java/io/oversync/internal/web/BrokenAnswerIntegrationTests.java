/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bytes on the wire when an answer breaks after its head, in applications that try to
 * answer errors.
 */
@Tag("prove")
class BrokenAnswerIntegrationTests {

	private static final String LAST_CHUNK = "0\r\n\r\n";

	private static String download(LiveApplication application, int limit) throws IOException {
		return exchange(application, "GET /sync/download?limit=" + limit + " HTTP/1.1\r\n");
	}

	/** Sends a request and returns all bytes until the connection ends. */
	private static String exchange(LiveApplication application, String request) throws IOException {
		try (Socket socket = new Socket("localhost", application.port())) {
			String[] token = LiveApplication.bearer();
			String head = "Host: localhost\r\n" + token[0] + ": " + token[1] + "\r\n";
			String[] parts = request.split("\r\n", 2);
			String rest = parts[1].isEmpty() ? "\r\n" : parts[1];
			socket.getOutputStream().write((parts[0] + "\r\n" + head + rest).getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			return new String(readAll(socket.getInputStream()), StandardCharsets.UTF_8);
		}
	}

	private static byte[] readAll(InputStream input) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		byte[] buffer = new byte[64 * 1024];
		try {
			int count;
			while ((count = input.read(buffer)) >= 0) {
				bytes.write(buffer, 0, count);
			}
		}
		catch (SocketException ex) {
			// cut off by the server, as expected
		}
		return bytes.toByteArray();
	}

	private static void assertBroken(String answer) {
		assertThat(answer).startsWith("HTTP/1.1 200").contains("{\"changes\":[{\"server_id\":1,");
		assertThat(answer.length()).isGreaterThan(512 * 1024);
		assertThat(answer).doesNotEndWith(LAST_CHUNK)
			.doesNotContain("\"error\"")
			.doesNotContain("\"status\"")
			.doesNotContain("appended")
			.doesNotContain("next_after");
		String end = answer.substring(answer.length() - 1000).replaceAll("\r\n[0-9a-f]+\r\n", "").strip();
		assertThat(end).as("the end of what was sent").matches("(?s)[y\\[\\]{}\",:a-zA-Z0-9_.+-]*");
		assertThat(answer.indexOf("HTTP/1.1", 1)).as("a second answer").isNegative();
	}

	@ParameterizedTest
	@ValueSource(classes = { SpringBootsErrors.class, OwnErrors.class, OpenErrors.class, AppendingFilter.class,
			SwallowingFilter.class })
	void nothingIsAppendedToAPageThatBreaks(Class<?> configuration) throws Exception {
		try (LiveApplication application = LiveApplication.start(configuration)) {
			assertBroken(download(application, 1000));
			assertThat(download(application, 1)).as("an error before the head")
				.startsWith("HTTP/1.1 500")
				.contains("\"download_failed\"");
		}
	}

	@Test
	void changesThatBreakHaveNoLastLine() throws Exception {
		try (LiveApplication application = LiveApplication.start(SpringBootsErrors.class)) {
			String answer = exchange(application, "GET /sync/changes HTTP/1.1\r\n");
			assertThat(answer).startsWith("HTTP/1.1 200").contains("\n{\"server_id\":1,");
			assertThat(answer).doesNotEndWith(LAST_CHUNK).doesNotContain("\"error\"").doesNotContain("next_after");
			assertThat(exchange(application, "GET /sync/changes HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n"))
				.startsWith("HTTP/1.1 500")
				.contains("\"download_failed\"")
				.doesNotContain("Content-Encoding");
		}
	}

	@Test
	void theApplicationsOwnAnswersAreLeftAlone() throws Exception {
		try (LiveApplication application = LiveApplication.start(OwnErrors.class)) {
			assertThat(exchange(application, "GET /app HTTP/1.1\r\n")).startsWith("HTTP/1.1 200")
				.endsWith("{\"helloWorld\":\"hello\"}");
			assertThat(exchange(application, "GET /sync/own HTTP/1.1\r\n")).startsWith("HTTP/1.1 200")
				.endsWith("{\"helloWorld\":\"own\"}");
			assertThat(exchange(application, "GET /sync/failing HTTP/1.1\r\n")).startsWith("HTTP/1.1 500")
				.contains("appended by the application");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 5000\r\n\r\n{\"changes\":[", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
			"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"cha" })
	void aRequestThatEndsTooSoonIsNeverAnsweredAsIfItWereDone(String end) throws Exception {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			String answer = exchange(application,
					"POST /sync/upload HTTP/1.1\r\nContent-Type: application/json\r\n" + end);
			assertThat(answer).doesNotContain(" 200 ");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class SpringBootsErrors {

		@Bean
		SyncService failing() {
			return new FailingSyncService();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ SpringBootsErrors.class, OwnErrors.Errors.class })
	static class OwnErrors {

		@RestController
		static class Errors implements ErrorController {

			@RequestMapping("/error")
			ResponseEntity<Map<String, String>> error() {
				return ResponseEntity.status(500)
					.contentType(MediaType.APPLICATION_JSON)
					.body(Map.of("error", "appended by the application"));
			}

		}

	}

	/** Without security, which might refuse the error page. */
	@Configuration(proxyBeanMethods = false)
	@Import({ WebIsolationIntegrationTests.Open.class, SpringBootsErrors.class, OwnErrors.Errors.class })
	static class OpenErrors {

		@Bean
		SyncActorResolver anyone() {
			return (request) -> new SyncActor("ann", "phone");
		}

	}

	/** As in many applications: a filter that answers exceptions itself. */
	@Configuration(proxyBeanMethods = false)
	@Import(SpringBootsErrors.class)
	static class AppendingFilter {

		@Bean
		Filter appending() {
			return (request, response, chain) -> {
				try {
					chain.doFilter(request, response);
				}
				catch (RuntimeException ex) {
					response.getOutputStream().print("{\"error\":\"appended by a filter\"}");
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(SpringBootsErrors.class)
	static class SwallowingFilter {

		@Bean
		Filter swallowing() {
			return (request, response, chain) -> {
				try {
					chain.doFilter(request, response);
				}
				catch (RuntimeException ex) {
					// logged, perhaps
				}
			};
		}

	}

}
