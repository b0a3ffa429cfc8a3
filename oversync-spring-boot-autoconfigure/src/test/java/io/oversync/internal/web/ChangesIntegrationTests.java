/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

import com.nimbusds.jwt.JWTClaimsSet;
import com.zaxxer.hikari.HikariDataSource;
import io.oversync.internal.web.LiveApplication.Jwt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code GET {base}/changes} on the wire.
 */
class ChangesIntegrationTests {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static LiveApplication application;

	@BeforeAll
	static void start() {
		application = LiveApplication.start(Jwt.class, "spring.datasource.hikari.maximum-pool-size=2");
		upload(application, "alice", 2300, "{ \"body\" :\n\t\"%d \\n é\" ,\r\n \"x\":1.10}");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static String[] bearer(String user, String device) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject(user).claim("did", device));
	}

	private static void upload(LiveApplication to, String user, int count, String payload) {
		String changes = IntStream.rangeClosed(1, count)
			.mapToObj((i) -> """
					{"source_change_id":%d,"schema":"app","table":"note","op":"INSERT","pk":"%s","server_version":0,
					"payload":%s}""".formatted(i, new UUID(user.hashCode(), i), payload.formatted(i)))
			.collect(Collectors.joining(","));
		assertThat(to.post("/sync/upload", "{\"changes\":[" + changes + "]}", bearer(user, "phone")).body())
			.doesNotContain("conflict")
			.contains("\"accepted\":true");
	}

	private static HttpResponse<String> get(String path) {
		return application.get(path, bearer("alice", "tablet"));
	}

	private static String page(long after) {
		String body = get("/sync/download?limit=1000&after=" + after).body();
		return body.substring(body.indexOf('[') + 1, body.lastIndexOf(']'));
	}

	/** A line break between two tokens is a space; within a string it is an escape. */
	@Test
	void haveTheBytesOfPagesOnOneLineEach() {
		HttpResponse<String> answer = get("/sync/changes");
		String pages = (page(0) + "," + page(1000) + "," + page(2000)).replace('\n', ' ').replace('\r', ' ');
		List<String> lines = answer.body().lines().toList();
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).endsWith("\n");
		assertThat(String.join(",", lines.subList(0, lines.size() - 1))).isEqualTo(pages);
		assertThat(pages).contains("{ \"body\" : \t\"2300 \\n é\" ,   \"x\":1.10}");
		assertThat(lines.get(2300)).isEqualTo("{\"next_after\":2300,\"window_until\":2300}");
		assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
		assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
		assertThat(answer.headers().firstValue("Oversync-Window-Until")).contains("2300");
		assertThat(answer.headers().firstValue("Oversync-Restores")).isEmpty();
		assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			after=2299                         | 1  | 2300 | 2300
			after=2300                         | 0  | 2300 | 2300
			after=5000                         | 0  | 5000 | 2300
			after=10&until=15                  | 5  | 15   | 15
			after=10&until=15&schema=app       | 5  | 15   | 15
			after=10&until=15&schema=other     | 0  | 15   | 15
			after=10&until=15&unknown=1&schema | 5  | 15   | 15
			""")
	void takeTheParametersOfDownloads(String query, int count, long nextAfter, long windowUntil) {
		List<String> lines = get("/sync/changes?" + query).body().lines().toList();
		assertThat(lines).hasSize(count + 1)
			.endsWith("{\"next_after\":" + nextAfter + ",\"window_until\":" + windowUntil + "}");
	}

	@Test
	void leaveOutOwnChangesUnlessTheyAreWanted() {
		String[] phone = bearer("alice", "phone");
		assertThat(application.get("/sync/changes", phone).body())
			.isEqualTo("{\"next_after\":2300,\"window_until\":2300}\n");
		assertThat(application.get("/sync/changes?include_self=true", phone).body().lines()).hasSize(2301);
		assertThat(application.get("/sync/changes", bearer("bob", "phone")).body())
			.isEqualTo("{\"next_after\":0,\"window_until\":0}\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "after=-1", "after=x", "until=-1", "schema=A", "after=1&after=2" })
	void refuseTheParametersThatDownloadsRefuse(String query) {
		HttpResponse<String> answer = get("/sync/changes?" + query);
		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).isEqualTo(get("/sync/download?" + query).body()).contains("invalid_request");
	}

	@Test
	void answerOtherMethodsAndStrangers() {
		String[] alice = bearer("alice", "tablet");
		HttpResponse<String> head = application
			.send(application.request("/sync/changes").method("HEAD", BodyPublishers.noBody()), alice);
		assertThat(head.statusCode()).isEqualTo(200);
		assertThat(head.headers().firstValue("Content-Type")).contains("application/x-ndjson");
		HttpResponse<String> post = application.post("/sync/changes", "{}", alice);
		assertThat(post.statusCode()).isEqualTo(405);
		assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
		assertThat(post.body()).contains("method_not_allowed");
		HttpResponse<String> options = application
			.send(application.request("/sync/changes").method("OPTIONS", BodyPublishers.noBody()), alice);
		assertThat(options.statusCode()).isEqualTo(200);
		assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
		assertThat(application.get("/sync/changes").statusCode()).isEqualTo(401);
	}

	@ParameterizedTest
	@CsvSource({ "gzip, true", "'br, GZIP;q=0.5', true", "gzip;q=0, false", "identity, false" })
	void areCompressedForThoseWhoTakeIt(String accepted, boolean compressed) throws Exception {
		HttpResponse<byte[]> answer = HTTP.send(application.request("/sync/changes")
			.headers(bearer("alice", "tablet"))
			.header("Accept-Encoding", accepted)
			.build(), BodyHandlers.ofByteArray());
		InputStream body = new ByteArrayInputStream(answer.body());
		String text = new String((compressed ? new GZIPInputStream(body) : body).readAllBytes(),
				StandardCharsets.UTF_8);
		assertThat(text).isEqualTo(get("/sync/changes").body());
		assertThat(answer.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(compressed);
		assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
	}

	/** Each answer has one change at least. */
	@Test
	void endBeforeTheHeadWhenTheyTakeLong() {
		try (LiveApplication hasty = LiveApplication.start(Jwt.class, "oversync.download.longest-changes=1ms")) {
			upload(hasty, "alice", 2500, "{}");
			long after = 0;
			int answers = 0;
			while (after < 2500) {
				List<String> lines = hasty.get("/sync/changes?until=2500&after=" + after, bearer("alice", "tablet"))
					.body()
					.lines()
					.toList();
				assertThat(lines).hasSizeGreaterThan(1);
				after += lines.size() - 1;
				assertThat(lines).endsWith("{\"next_after\":" + after + ",\"window_until\":2500}");
				answers++;
			}
			assertThat(answers).isGreaterThan(1);
		}
	}

	/** They share a quarter of the places for requests, which is one here. */
	@Test
	void takeNeitherConnectionsNorAllPlacesWhileTheyAreReadSlowly() throws Exception {
		try (LiveApplication small = LiveApplication.start(Jwt.class, "oversync.concurrency.requests=4",
				"spring.datasource.hikari.maximum-pool-size=2"); Socket socket = new Socket()) {
			upload(small, "mallory", 20, "{\"body\":\"" + "x".repeat(1_000_000) + "\"}");
			socket.setReceiveBufferSize(4096);
			socket.connect(new InetSocketAddress("localhost", small.port()));
			socket.getOutputStream()
				.write(("GET /sync/changes HTTP/1.1\r\nHost: localhost\r\n"
						+ String.join(": ", bearer("mallory", "tablet")) + "\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 200");

			HikariDataSource pool = small.context().getBean(HikariDataSource.class);
			Awaitility.await().atMost(PATIENCE).until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
			HttpResponse<String> second = small.get("/sync/changes", bearer("ann", "phone"));
			assertThat(second.statusCode()).isEqualTo(503);
			assertThat(second.headers().firstValue("Retry-After")).isPresent();
			assertThat(small.get("/sync/download", bearer("ann", "phone")).statusCode()).isEqualTo(200);

			closeQuietly(socket);
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> small.get("/sync/changes", bearer("ann", "phone")).statusCode() == 200);
		}
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
