/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestPostgres;
import io.oversync.web.SyncActorResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has nothing but the starter on its class path, and so no security.
 */
@ExtendWith(OutputCaptureExtension.class)
class WithoutSecurityIntegrationTests {

	private static final String UPLOAD = """
			{"changes":[{"source_change_id":1,"schema":"app","table":"note","op":"INSERT",
			"pk":"550e8400-e29b-41d4-a716-446655440000","server_version":0,"payload":{"body":"x"}}]}""";

	private static final String WARNING = "Neither Spring Security nor a SyncActorResolver bean";

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@Test
	void theStarterBringsNoSecurity() {
		for (String type : new String[] { "org.springframework.security.core.Authentication",
				"org.springframework.security.web.SecurityFilterChain",
				"org.springframework.security.oauth2.jwt.JwtDecoder" }) {
			assertThat(ClassUtils.isPresent(type, null)).as(type).isFalse();
		}
	}

	@Test
	void theApplicationStaysOpenAndSyncStaysClosed(CapturedOutput output) {
		try (ConfigurableApplicationContext application = start(Application.class)) {
			assertThat(get(application, "/app").statusCode()).isEqualTo(200);
			assertThat(post(application, "/app", "").statusCode()).isEqualTo(200);
			assertRefused(get(application, "/sync/download"));
			assertRefused(get(application, "/sync/download", "Oversync-Source-ID", "phone"));
			assertRefused(get(application, "/sync/download", "Authorization", "Bearer x.y.z"));
			assertRefused(post(application, "/sync/upload", UPLOAD, "Oversync-Source-ID", "phone"));
			assertRefused(get(application, "/sync/status"));
			assertRefused(get(application, "/sync/schema-version"));
			assertRefused(get(application, "/admin/materialize-failures"));
			assertRefused(post(application, "/admin/materialize-failures/retry?id=1", ""));
		}
		assertThat(output).contains(WARNING).contains("spring-boot-starter-security-oauth2-resource-server");
	}

	@Test
	void aResolverOfTheApplicationSaysWhoIsAsking(CapturedOutput output) {
		try (ConfigurableApplicationContext application = start(WithResolver.class)) {
			String[] ann = { "X-User", "ann", "X-Device", "phone" };
			assertThat(post(application, "/sync/upload", UPLOAD, ann).body()).contains("\"status\":\"applied\"");
			assertThat(get(application, "/sync/download?include_self=true", ann).body())
				.contains("\"source_id\":\"phone\"");
			assertThat(
					get(application, "/sync/download?include_self=true", "X-User", "bob", "X-Device", "phone").body())
				.contains("\"changes\":[]");
			assertRefused(get(application, "/sync/download"));
		}
		assertThat(output).doesNotContain(WARNING);
	}

	private static ConfigurableApplicationContext start(Class<?> application) {
		String url = TestPostgres.createDatabase();
		TestPostgres.execute(url, "create schema app",
				"create table app.note (id uuid primary key, owner_id text not null, body text)");
		return new SpringApplicationBuilder(application).run("--server.port=0", "--spring.datasource.url=" + url,
				"--oversync.registered-tables[0].name=app.note",
				"--oversync.registered-tables[0].owner-column=owner_id", "--spring.main.banner-mode=off");
	}

	private static void assertRefused(HttpResponse<String> answer) {
		assertThat(answer.statusCode()).as(answer.uri().getPath()).isEqualTo(401);
		assertThat(answer.body()).startsWith("{\"error\":\"authentication_failed\",\"message\":");
		assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext application, String path,
			String... headers) {
		return send(request(application, path).GET(), headers);
	}

	private static HttpResponse<String> post(ConfigurableApplicationContext application, String path, String body,
			String... headers) {
		return send(request(application, path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body)), headers);
	}

	private static HttpRequest.Builder request(ConfigurableApplicationContext application, String path) {
		return HttpRequest.newBuilder(URI.create(
				"http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port") + path));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return HTTP.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		AppController appController() {
			return new AppController();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithResolver {

		/** As behind a gateway that authenticates and passes the names on. */
		@Bean
		SyncActorResolver gateway() {
			return (request) -> {
				String user = request.getHeader("X-User");
				String device = request.getHeader("X-Device");
				if (user == null || device == null) {
					throw new SyncException(ErrorCode.AUTHENTICATION_FAILED, "Sign in at the gateway");
				}
				return new SyncActor(user, device);
			};
		}

	}

	@RestController
	static class AppController {

		@GetMapping("/app")
		String get() {
			return "open";
		}

		@PostMapping("/app")
		String post() {
			return "open";
		}

	}

}
