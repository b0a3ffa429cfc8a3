/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AuthenticationIntegrationTests {

	private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

	private static ApplicationServer server;

	private static String secret;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		secret = server.property("sample.jwt.secret");
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void acceptsTheTokenOfASignIn() {
		String token = Http.json(Http.post(server.baseUrl() + "/dummy-signin", "{\"user\":\"ann\",\"device\":\"d\"}"))
			.get("token")
			.stringValue();
		assertThat(statusWith("Bearer " + token)).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { HS256, "{\"alg\":\"HS256\"}" })
	void acceptsATokenWithNothingButUserDeviceAndTimes(String header) {
		assertThat(statusWith("Bearer " + token(header, claims(60), secret))).isEqualTo(404);
	}

	@Test
	void refusesAnExpiredToken() {
		assertUnauthenticated("Bearer " + token(HS256, claims(-1), secret));
	}

	@Test
	void refusesATokenThatNeverExpires() {
		String claims = "{\"sub\":\"ann\",\"did\":\"d\",\"iat\":%d}".formatted(Instant.now().getEpochSecond());
		assertUnauthenticated("Bearer " + token(HS256, claims, secret));
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "None", "HS512", "RS256" })
	void refusesAnotherAlgorithm(String algorithm) {
		String signed = token("{\"alg\":\"" + algorithm + "\"}", claims(60), secret);
		assertUnauthenticated("Bearer " + signed);
		assertUnauthenticated("Bearer " + signed.substring(0, signed.lastIndexOf('.') + 1));
	}

	@Test
	void refusesATamperedToken() {
		String[] parts = token(HS256, claims(60), secret).split("\\.");
		String other = base64(claims(60).replace("ann", "bob").getBytes(StandardCharsets.UTF_8));
		assertUnauthenticated("Bearer " + parts[0] + "." + other + "." + parts[2]);
	}

	@Test
	void refusesATokenOfAnotherSecret() {
		assertUnauthenticated("Bearer " + token(HS256, claims(60), secret + "x"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Basic YW5uOmFubg==", "Bearer", "Bearer ", "Bearer x", "Bearer a b", "Bearer ..", "Digest x" })
	void refusesWhatIsNoToken(String authorization) {
		assertUnauthenticated(authorization);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sync/download", "/sync/status", "/admin/materialize-failures", "/error", "/", "/nothing",
			"/login", "/health/x" })
	void refusesEveryPathWithoutAToken(String path) {
		HttpResponse<String> response = Http.get(server.baseUrl() + path, "Accept", "text/html");
		assertUnauthenticated(response);
	}

	@Test
	void refusesAPostWithoutATokenThatACsrfFilterWouldForbid() {
		assertUnauthenticated(Http.post(server.baseUrl() + "/sync/upload", "{}"));
	}

	@Test
	void answers404WithoutDetailsToAnUnknownPath() {
		HttpResponse<String> response = Http.get(server.baseUrl() + "/nothing?secret=1", "Authorization",
				"Bearer " + token(HS256, claims(60), secret));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.body()).isEqualTo("{\"error\":\"not_found\",\"message\":\"Not Found\"}");
	}

	private static int statusWith(String authorization) {
		return Http.get(server.baseUrl() + "/nothing", "Authorization", authorization).statusCode();
	}

	private static void assertUnauthenticated(String authorization) {
		assertUnauthenticated(Http.get(server.baseUrl() + "/sync/download", "Authorization", authorization));
	}

	private static void assertUnauthenticated(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
		assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
		assertThat(Http.json(response).get("error").stringValue()).isEqualTo("authentication_failed");
		assertThat(Http.json(response).get("message").stringValue()).isNotBlank();
	}

	private static String claims(int secondsToLive) {
		long now = Instant.now().getEpochSecond();
		return "{\"sub\":\"ann\",\"did\":\"d\",\"iat\":%d,\"exp\":%d}".formatted(now, now + secondsToLive);
	}

	private static String token(String header, String claims, String secret) {
		try {
			String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
					+ base64(claims.getBytes(StandardCharsets.UTF_8));
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String base64(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
