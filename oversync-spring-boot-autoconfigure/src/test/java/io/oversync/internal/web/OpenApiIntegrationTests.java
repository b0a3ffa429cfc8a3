/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.oversync.internal.web.LiveApplication.Jwt;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The description of the endpoints is served where it is switched on, with the paths of
 * the server.
 */
class OpenApiIntegrationTests {

	private static final String ENABLED = "oversync.openapi.enabled=true";

	private static List<String> paths(String description) {
		return description.lines().filter((line) -> line.matches("  /.*:")).map(String::strip).toList();
	}

	@Test
	void itIsServedAsItIsInTheDocumentation() throws IOException {
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED)) {
			HttpResponse<String> answer = application.get("/sync/openapi.yaml", LiveApplication.bearer());
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/yaml;charset=UTF-8");
			assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
			assertThat(answer.body())
				.isEqualTo(Files.readString(Path.of("../docs/openapi.yaml")).replace("\r\n", "\n"));
		}
	}

	@Test
	void itDescribesEveryEndpoint() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED)) {
			List<String> described = paths(application.get("/sync/openapi.yaml", LiveApplication.bearer()).body());
			List<String> endpoints = application.context()
				.getBean("oversyncHandlerMapping", SyncHandlerMapping.class)
				.getHandlerMethods()
				.keySet()
				.stream()
				.flatMap((mapping) -> mapping.getPatternValues().stream())
				.distinct()
				.map((path) -> path + ":")
				.toList();
			assertThat(endpoints).hasSizeGreaterThan(8);
			assertThat(described).contains("/sync/openapi.yaml:").containsAll(endpoints).hasSize(endpoints.size() + 1);
		}
	}

	@Test
	void itHasThePathsAndTheHeaderOfTheServer() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED, "oversync.base-path=/api/v1",
				"oversync.admin-path=/operators", "oversync.identity.source-header=X-Device",
				"server.servlet.context-path=/shop", "spring.mvc.servlet.path=/mvc")) {
			HttpResponse<String> answer = application.get("/shop/mvc/api/v1/openapi.yaml", LiveApplication.bearer());
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(paths(answer.body()))
				.contains("/api/v1/upload:", "/api/v1/openapi.yaml:", "/operators/materialize-failures:",
						"/operators/materialize-failures/retry:")
				.noneMatch((path) -> path.startsWith("/sync") || path.startsWith("/admin"));
			assertThat(answer.body()).contains("\n  - url: '/shop/mvc'\n", "name: \"X-Device\"")
				.doesNotContain("Oversync-Source-ID");
		}
	}

	@Test
	void itIsBehindTheSecurityOfTheApplication() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED)) {
			assertThat(application.get("/sync/openapi.yaml").statusCode()).isEqualTo(401);
		}
	}

	@Test
	void itIsNotThereUnlessItIsSwitchedOn() {
		try (LiveApplication application = LiveApplication.start(Jwt.class)) {
			assertThat(application.get("/sync/openapi.yaml", LiveApplication.bearer()).statusCode()).isEqualTo(404);
		}
	}

	@Test
	void otherMethodsAreAnsweredAsElsewhere() {
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED)) {
			HttpResponse<String> delete = application.send(application.request("/sync/openapi.yaml").DELETE(),
					LiveApplication.bearer());
			assertThat(delete.statusCode()).isEqualTo(405);
			assertThat(delete.body()).startsWith("{\"error\":\"method_not_allowed\"");
			assertThat(delete.headers().firstValue("Allow")).hasValue("GET, HEAD");
			HttpResponse<String> options = application.send(
					application.request("/sync/openapi.yaml").method("OPTIONS", BodyPublishers.noBody()),
					LiveApplication.bearer());
			assertThat(options.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
			HttpResponse<String> head = application.send(
					application.request("/sync/openapi.yaml").method("HEAD", BodyPublishers.noBody()),
					LiveApplication.bearer());
			assertThat(head.statusCode()).isEqualTo(200);
			assertThat(head.body()).isEmpty();
			assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isGreaterThan(10_000);
		}
	}

	@Test
	void aPrefixOfAProxyCannotAddToTheDescription() throws IOException {
		String yaml = Files.readString(Path.of("../docs/openapi.yaml"), StandardCharsets.UTF_8);
		assertThat(yaml).containsOnlyOnce("\n  - url: /\n");
		try (LiveApplication application = LiveApplication.start(Jwt.class, ENABLED,
				"server.forward-headers-strategy=framework")) {
			String body = application
				.send(application.request("/sync/openapi.yaml").header("X-Forwarded-Prefix", "/it's: {a"),
						LiveApplication.bearer())
				.body();
			assertThat(body).contains("\n  - url: '/it''s: {a'\n");
		}
	}

}
