/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class SignInIntegrationTests {

	private static ApplicationServer server;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void answersATokenOfTheUserAndTheDevice() {
		HttpResponse<String> response = signIn("""
				{"user":"ann","password":"anything","device":"phone 1"}""");
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode answer = Http.json(response);
		assertThat(answer.propertyNames()).containsExactlyInAnyOrder("token", "expires_in", "user", "device");
		assertThat(answer.get("expires_in").intValue()).isEqualTo(300);
		assertThat(answer.get("user").stringValue()).isEqualTo("ann");
		assertThat(answer.get("device").stringValue()).isEqualTo("phone 1");
		JsonNode claims = claims(answer);
		assertThat(claims.get("sub").stringValue()).isEqualTo("ann");
		assertThat(claims.get("did").stringValue()).isEqualTo("phone 1");
		assertThat(claims.get("iss").stringValue()).isEqualTo("oversync-sample");
		long now = Instant.now().getEpochSecond();
		assertThat(claims.get("iat").longValue()).isBetween(now - 10, now);
		assertThat(claims.get("nbf").longValue()).isEqualTo(claims.get("iat").longValue());
		assertThat(claims.get("exp").longValue()).isEqualTo(claims.get("iat").longValue() + 300);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"user\":\"ann\",\"password\":\"x\"}", "{\"user\":\"ann\",\"device\":\"\"}",
			"{\"user\":\"ann\",\"device\":\"  \"}", "{\"user\":\"ann\",\"device\":null}" })
	void makesUpADevice(String body) {
		JsonNode answer = Http.json(signIn(body));
		String device = answer.get("device").stringValue();
		assertThat(UUID.fromString(device)).hasToString(device);
		assertThat(claims(answer).get("did").stringValue()).isEqualTo(device);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "null", "7", "\"ann\"", "{}", "{\"user\":\"\"}", "{\"user\":\" \"}",
			"{\"user\":null}", "{\"user\":5}", "{\"user\":[\"ann\"]}", "{\"user\":\"ann\",\"device\":5}",
			"{\"user\":\"ann\",\"password\":true}", "{\"user\":\"ann\"} x", "{\"user\":\"a\\u0000\"}",
			"{\"user\":\"ann\",\"device\":\"server\"}", "{\"user\":\"ann\",\"device\":\"a\\nb\"}" })
	void answers400ToAnUnusableRequest(String body) {
		HttpResponse<String> response = signIn(body);
		assertThat(response.statusCode()).isEqualTo(400);
		JsonNode answer = Http.json(response);
		assertThat(answer.propertyNames()).containsExactlyInAnyOrder("error", "message");
		assertThat(answer.get("error").stringValue()).isEqualTo("invalid_request");
		assertThat(answer.get("message").stringValue()).isNotBlank().doesNotContain("Exception", "tools.jackson");
	}

	@Test
	void letsADeviceSignInThatSendsItsExpiredTokenAlong() {
		HttpResponse<String> response = Http.post(server.baseUrl() + "/dummy-signin", "{\"user\":\"ann\"}",
				"Authorization", "Bearer expired.or.broken");
		assertThat(response.statusCode()).isEqualTo(200);
	}

	@Test
	void answers405InJsonToAnotherMethod() {
		HttpResponse<String> response = Http.get(server.baseUrl() + "/dummy-signin");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(Http.json(response).get("error").stringValue()).isEqualTo("method_not_allowed");
	}

	@Test
	void aBodyIsBounded() {
		HttpResponse<String> response = signIn("{\"user\":\"" + "a".repeat(17_000) + "\"}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(Http.json(response).get("message").stringValue()).contains("larger than 16 KB");
	}

	private static HttpResponse<String> signIn(String body) {
		return Http.post(server.baseUrl() + "/dummy-signin", body);
	}

	private static JsonNode claims(JsonNode answer) {
		String payload = answer.get("token").stringValue().split("\\.")[1];
		return new JsonMapper().readTree(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
	}

}
