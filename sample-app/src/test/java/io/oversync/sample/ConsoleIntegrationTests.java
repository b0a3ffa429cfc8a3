/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operators' console of the sample.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConsoleIntegrationTests {

	private static final Pattern PASSWORD = Pattern.compile("user operator, password ([A-Za-z0-9_-]{24})");

	private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private final HttpClient http = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(ApplicationServer server, String path) {
		return HttpRequest.newBuilder(URI.create(server.baseUrl() + path));
	}

	@Test
	void isOffByDefault(CapturedOutput output) throws Exception {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class)) {
			assertThat(send(request(server, "/oversync-console/").GET()).statusCode()).isEqualTo(401);
			assertThat(send(request(server, "/login").GET()).statusCode()).isEqualTo(401);
			assertThat(output).doesNotContain("The console is at");
		}
	}

	@Test
	void thePasswordInTheLogOpensIt(CapturedOutput output) throws Exception {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class,
				"--oversync.console.enabled=true")) {
			assertThat(send(request(server, "/oversync-console/").GET()).statusCode()).isEqualTo(404);
			assertThat(send(request(server, "/sync/status").GET()).statusCode()).isEqualTo(401);
			HttpResponse<String> form = send(request(server, "/login").GET());
			assertThat(form.headers().allValues("Set-Cookie")).noneMatch((cookie) -> cookie.startsWith("JSESSIONID"));
			Matcher password = PASSWORD.matcher(output.getAll());
			Matcher token = TOKEN.matcher(form.body());
			assertThat(password.find() && token.find()).isTrue();
			assertThat(signIn(server, "guessed", token.group(1))).contains("/login?error");
			assertThat(signIn(server, password.group(1), token.group(1))).endsWith("/oversync-console/");
			assertThat(send(request(server, "/oversync-console/").GET()).body()).startsWith("<!doctype html>");
		}
	}

	private String signIn(ApplicationServer server, String password, String token) throws Exception {
		HttpResponse<String> answer = send(
				request(server, "/login").header("Content-Type", "application/x-www-form-urlencoded")
					.POST(BodyPublishers.ofString("username=operator&password=" + password + "&_csrf="
							+ URLEncoder.encode(token, StandardCharsets.UTF_8))));
		return answer.headers().firstValue("Location").orElse("");
	}

}
