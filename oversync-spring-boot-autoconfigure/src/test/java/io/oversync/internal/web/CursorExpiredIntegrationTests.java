/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

import com.nimbusds.jwt.JWTClaimsSet;
import io.oversync.internal.compact.Retention;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.web.LiveApplication.Jwt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cursors behind expired deletes, on the wire.
 */
class CursorExpiredIntegrationTests {

	private static LiveApplication application;

	@BeforeAll
	static void start() {
		application = LiveApplication.start(Jwt.class);
		UUID gone = UUID.randomUUID();
		upload(1, "INSERT", gone, 0, "{}");
		upload(2, "DELETE", gone, 1, "null");
		upload(3, "INSERT", UUID.randomUUID(), 0, "{}");
		assertThat(get("/sync/status").body()).doesNotContain("retained_since");
		assertThat(application.context()
			.getBean(SyncEngine.class)
			.compaction(new Retention(Duration.ZERO, Duration.ofDays(180), false, Duration.ZERO))
			.compact("alice")
			.expired()).isEqualTo(1);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	private static String[] bearer(String device) {
		return LiveApplication.bearer(new JWTClaimsSet.Builder().subject("alice").claim("did", device));
	}

	private static void upload(int id, String op, UUID pk, int version, String payload) {
		assertThat(application
			.post("/sync/upload",
					"""
							{"changes":[{"source_change_id":%d,"schema":"app","table":"note","op":"%s","pk":"%s","server_version":%d,
							"payload":%s}]}"""
						.formatted(id, op, pk, version, payload),
					bearer("phone"))
			.body()).contains("applied");
	}

	private static HttpResponse<String> get(String path) {
		return application.get(path, bearer("tablet"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sync/download?after=1", "/sync/download?after=1&wait=30", "/sync/changes?after=1",
			"/sync/download?after=1&until=1" })
	void areRefused(String path) {
		HttpResponse<String> answer = application.get(path, bearer("old"));
		assertThat(answer.statusCode()).isEqualTo(410);
		assertThat(answer.body())
			.startsWith("{\"error\":\"cursor_expired\",\"message\":\"Deletes after 1 are no longer")
			.endsWith(",\"retained_since\":2}");
		assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sync/download?after=2", "/sync/download", "/sync/download?after=1&peek=true",
			"/sync/changes?after=0", "/sync/changes?after=1&peek=true" })
	void othersAreServed(String path) {
		assertThat(get(path).statusCode()).isEqualTo(200);
	}

	@Test
	void theStatusNamesTheFirstThatIsServed() {
		assertThat(get("/sync/status").body()).contains("\"retained_since\":2,");
		assertThat(application
			.get("/sync/status", LiveApplication.bearer(new JWTClaimsSet.Builder().subject("bob").claim("did", "x")))
			.body()).doesNotContain("retained_since");
	}

	@Test
	void aWatchIsAHintOnly() {
		try (WatchEvents events = new WatchEvents(application, bearer("tablet"), "?after=1")) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(events.lines()).contains("data: {\"head\":3}"));
		}
	}

}
