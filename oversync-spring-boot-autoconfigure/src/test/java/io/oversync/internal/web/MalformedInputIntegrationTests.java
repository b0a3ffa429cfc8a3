/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.oversync.internal.web.LiveApplication.Jwt;
import io.oversync.protocol.ErrorCode;
import io.oversync.service.SyncService;
import io.oversync.test.TestScale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every input gets an answer of the protocol.
 */
class MalformedInputIntegrationTests {

	private static final int THREADS = 4;

	private static final int MUTATIONS = TestScale.of(2_000);

	private static void assertError(HttpResponse<String> answer, ErrorCode code) {
		assertThat(answer.statusCode()).isEqualTo(code.status());
		JsonNode body = new JsonMapper().readTree(answer.body());
		assertThat(body.path("error").asString()).isEqualTo(code.code());
		assertThat(body.path("message").asString()).isNotBlank();
		assertThat(body.size()).isEqualTo(2);
		assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
	}

	@Test
	void methodsPathsAndMediaTypesAreToldApart() {
		String[] token = LiveApplication.bearer();
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			HttpResponse<String> wrongMethod = application.get("/sync/upload", token);
			assertError(wrongMethod, ErrorCode.METHOD_NOT_ALLOWED);
			assertThat(wrongMethod.headers().firstValue("Allow")).contains("POST");
			assertError(application.post("/sync/download", "{}", token), ErrorCode.METHOD_NOT_ALLOWED);
			assertError(application.post("/admin/materialize-failures", "{}", token), ErrorCode.METHOD_NOT_ALLOWED);
			assertError(application.get("/sync/download?after=%FF", token), ErrorCode.INVALID_REQUEST);
			assertError(application.get("/sync", token), ErrorCode.NOT_FOUND);
			assertError(application.get("/sync/upload/", token), ErrorCode.NOT_FOUND);
			assertError(application.get("/admin/materialize-failures/x", token), ErrorCode.NOT_FOUND);
			for (String type : List.of("application/xml", "multipart/form-data", "multipart/form-data; boundary=x",
					"application/x-www-form-urlencoded", "nonsense", "text/html", "application/octet-stream")) {
				HttpResponse<String> answer = application.send(application.request("/sync/upload")
					.header("Content-Type", type)
					.POST(BodyPublishers.ofString(LiveApplication.UPLOAD)), token);
				assertError(answer, ErrorCode.UNSUPPORTED_MEDIA_TYPE);
			}
			for (String type : List.of("text/plain", "application/vnd.x+json", "APPLICATION/JSON;charset=utf-8")) {
				assertThat(application
					.send(application.request("/sync/upload")
						.header("Content-Type", type)
						.POST(BodyPublishers.ofString("{}")), token)
					.statusCode()).isEqualTo(200);
			}
		}
	}

	@Test
	void parametersThatNoDatabaseTakesAreRefused() {
		String[] token = LiveApplication.bearer();
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			for (String path : List.of("/sync/download?after=", "/sync/download?limit=", "/sync/download?until=",
					"/sync/download?schema=", "/sync/download?include_self=", "/admin/materialize-failures?schema=",
					"/admin/materialize-failures?table=", "/admin/materialize-failures?limit=")) {
				String name = path.replaceFirst(".*\\?", "");
				for (String value : List.of("%00", "a%00b", "%ED%A0%80", "%ED%B0%80", "%FF", "1&" + name + "1",
						"1&" + name + "2", "&" + name)) {
					assertError(application.get(path + value, token), ErrorCode.INVALID_REQUEST);
				}
			}
			String huge = "9".repeat(40);
			for (String query : List.of("?id=" + huge, "?id=-" + huge, "?id=%00", "?id=1&id=1", "?id=1.0", "?id=")) {
				assertError(application.post("/admin/materialize-failures/retry" + query, "", token),
						ErrorCode.INVALID_REQUEST);
			}
			for (String body : List.of("{\"id\":" + huge + "}", "{\"id\":1e3}", "{\"id\":\"1\"}", "{\"id\":null}",
					"[1]", "\u0000", "{\"id\":1", "x".repeat(10_000))) {
				assertError(application.post("/admin/materialize-failures/retry", body, token),
						ErrorCode.INVALID_REQUEST);
			}
			assertError(application.post("/admin/materialize-failures/retry?id=" + Long.MAX_VALUE, "", token),
					ErrorCode.NOT_FOUND);
			assertThat(
					application.get("/admin/materialize-failures?schema=%F0%9F%98%80&table=" + "t".repeat(2000), token)
						.body())
				.isEqualTo("[]");
		}
	}

	@Test
	void aBodyThatIsTooLargeIsToldSoToAClientThatReadsItsAnswer() {
		String[] token = LiveApplication.bearer();
		String large = "{\"x\":\"" + "y".repeat(3_000_000) + "\"}";
		try (LiveApplication application = LiveApplication.start(Jwt.class, "oversync.upload.max-request-size=2MB",
				"oversync.upload.max-payload-size=1KB")) {
			assertError(application.post("/sync/upload", large, token), ErrorCode.REQUEST_TOO_LARGE);
			assertError(
					application.send(
							application.request("/sync/upload")
								.POST(BodyPublishers.ofInputStream(
										() -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)))),
							token),
					ErrorCode.REQUEST_TOO_LARGE);
			assertThat(application
				.post("/sync/upload", LiveApplication.UPLOAD.replace("\"x\"", "\"" + "x".repeat(2000) + "\""), token)
				.body()).contains("\"reason\":\"bad_payload\"");
		}
	}

	@Test
	void anErrorOfTheServerIsToldWithoutItsDetails() {
		try (LiveApplication application = LiveApplication.start(Failing.class)) {
			assertError(application.post("/sync/upload", LiveApplication.UPLOAD, LiveApplication.bearer()),
					ErrorCode.UPLOAD_FAILED);
			HttpResponse<String> download = application.get("/sync/download?limit=1", LiveApplication.bearer());
			assertError(download, ErrorCode.DOWNLOAD_FAILED);
			assertThat(download.body()).doesNotContain("secret");
			HttpResponse<String> busy = application.get("/sync/download?limit=2", LiveApplication.bearer());
			assertError(busy, ErrorCode.TEMPORARILY_UNAVAILABLE);
			assertThat(busy.headers().firstValue("Retry-After")).isPresent();
			assertError(application.get("/admin/materialize-failures", LiveApplication.bearer()),
					ErrorCode.INTERNAL_ERROR);
		}
	}

	@Test
	void aPageThatBreaksInTheMiddleNeverLooksComplete() {
		try (LiveApplication application = LiveApplication.start(Failing.class)) {
			assertThatThrownBy(() -> application.get("/sync/download?limit=1000", LiveApplication.bearer()))
				.hasRootCauseInstanceOf(IOException.class);
		}
	}

	@Test
	@Tag(TestScale.TAG)
	@Tag("prove")
	void noMutationOfAValidRequestIsAnErrorOfTheServer() throws Exception {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			ExecutorService threads = Executors.newFixedThreadPool(THREADS);
			List<Future<Void>> runs = threads
				.invokeAll(IntStream.range(0, THREADS).mapToObj((seed) -> (Callable<Void>) () -> {
					fuzz(application, seed);
					return null;
				}).toList());
			for (Future<Void> run : runs) {
				run.get();
			}
			threads.shutdown();
		}
	}

	private static void fuzz(LiveApplication application, int seed) {
		Random random = new Random(seed);
		String[] token = LiveApplication.bearer();
		for (int i = 0; i < MUTATIONS / THREADS; i++) {
			Supplier<String> what = describe(seed, i);
			HttpResponse<String> answer = switch (random.nextInt(4)) {
				case 0 -> application.get("/sync/download?" + query(random), token);
				case 1 -> application.send(application.request("/sync/" + word(random))
					.method(List.of("GET", "POST", "PUT", "DELETE", "PATCH").get(random.nextInt(5)),
							BodyPublishers.ofByteArray(body(random))),
						token);
				case 2 -> application.post("/admin/materialize-failures/retry?" + query(random),
						new String(body(random), StandardCharsets.ISO_8859_1), token);
				default -> application.send(application.request("/sync/upload")
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofByteArray(body(random))), token);
			};
			assertThat(answer.statusCode()).as("%s: %s", what.get(), answer.body())
				.isIn(Set.of(200, 400, 401, 404, 405, 413, 415));
			JsonNode json = new JsonMapper().readTree(answer.body());
			if (answer.statusCode() >= 400) {
				assertThat(json.path("error").asString("")).as(what.get()).isNotBlank();
				assertThat(json.path("message").asString("")).as(what.get()).isNotBlank();
			}
		}
	}

	private static Supplier<String> describe(int seed, int iteration) {
		return () -> "seed " + seed + ", iteration " + iteration;
	}

	/** A valid body of which some bytes are changed, removed, doubled or inserted. */
	private static byte[] body(Random random) {
		byte[] valid = LiveApplication.UPLOAD.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		int mutations = 1 + random.nextInt(4);
		int[] places = random.ints(mutations, 0, valid.length).toArray();
		for (int i = 0; i < valid.length; i++) {
			int place = i;
			if (IntStream.of(places).noneMatch((each) -> each == place)) {
				body.write(valid[i]);
				continue;
			}
			switch (random.nextInt(5)) {
				case 0 -> body.write(random.nextInt(256));
				case 1 -> {
				}
				case 2 -> {
					body.write(valid[i]);
					body.write(valid[i]);
				}
				case 3 -> body.writeBytes(List.of("\\u0000", "\\ud800", "null", "-1", "[", "}", "9".repeat(30), "1e99")
					.get(random.nextInt(8))
					.getBytes(StandardCharsets.UTF_8));
				default -> body.write("{}[]\",:0".charAt(random.nextInt(8)));
			}
		}
		return body.toByteArray();
	}

	private static String query(Random random) {
		return List.of("after", "limit", "until", "schema", "include_self", "id", "AFTER").get(random.nextInt(7)) + "="
				+ List
					.of("", "0", "-1", "1", "1000", "1001", "9223372036854775807", "9223372036854775808", "abc", "1.5",
							"%00", "%F0%9F%98%80", "app", "true", "%2B1", "1e3")
					.get(random.nextInt(16));
	}

	private static String word(Random random) {
		return List
			.of("upload", "download", "status", "schema-version", "UPLOAD", "upload%20", "nope", "upload/x", "own")
			.get(random.nextInt(9))
			.toLowerCase(random.nextBoolean() ? Locale.ROOT : Locale.ENGLISH);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Jwt.class)
	static class Failing {

		@Bean
		SyncService failing() {
			return new FailingSyncService();
		}

	}

}
