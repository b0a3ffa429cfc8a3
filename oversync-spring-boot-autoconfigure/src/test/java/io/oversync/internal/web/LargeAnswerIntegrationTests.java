/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.net.http.HttpResponse;

import io.oversync.internal.web.LiveApplication.Jwt;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers that are passed on while they are written.
 */
class LargeAnswerIntegrationTests {

	@Test
	void conflictsShowLargeRowsWholeAndSmallAnswersHaveTheirLength() {
		String payload = "{\"bodyText\" : \"" + "é".repeat(300_000) + "\"}";
		String insert = LiveApplication.UPLOAD.replace("{\"bodyText\":\"x\"}", payload);
		String stale = change(2) + "," + change(3) + "," + change(4);
		try (LiveApplication application = LiveApplication.start(Jwt.class,
				"oversync.upload.max-conflict-size=1300KB")) {
			HttpResponse<String> small = application.post("/sync/upload", insert, LiveApplication.bearer());
			assertThat(small.headers().firstValueAsLong("Content-Length")).hasValue(small.body().length());
			HttpResponse<String> large = application.post("/sync/upload", "{\"changes\":[" + stale + "]}",
					LiveApplication.bearer());
			assertThat(large.statusCode()).isEqualTo(200);
			assertThat(large.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(large.body().split("\"status\":\"conflict\"", -1)).as("two conflicts").hasSize(3);
			assertThat(large.body()).contains("\"deleted\":false,\"payload\":" + payload + "}},")
				.contains("\"source_change_id\":4,\"status\":\"materialize_error\",\"message\":\"The row has changed")
				.endsWith("send the change again\"}]}");
		}
	}

	private static String change(int id) {
		return "{\"source_change_id\":" + id + ",\"schema\":\"app\",\"table\":\"note\",\"op\":\"UPDATE\","
				+ "\"pk\":\"550e8400-e29b-41d4-a716-446655440000\",\"server_version\":7,\"payload\":{}}";
	}

}
