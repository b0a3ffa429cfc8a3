/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.simulator.device.SampleTable;
import io.oversync.simulator.device.SyncTarget;
import io.oversync.simulator.device.UnreachableServerException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device that makes its uploads by hand, in the order that it likes.
 */
final class RawUpload {

	private static final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private static final JsonMapper mapper = new JsonMapper();

	private final SyncTarget target;

	private final String token;

	/**
	 * Signs the device in.
	 * @param target the server
	 * @param user whose device it is
	 * @param device its id
	 */
	RawUpload(SyncTarget target, String user, String device) {
		this.target = target;
		this.token = target.signIn(user, device);
	}

	/**
	 * A row that is new to the server.
	 *
	 * @param id the device's number for the change
	 * @param table its table
	 * @param key its key
	 * @param values the values of the other columns
	 */
	record NewRow(long id, SampleTable table, String key, Map<String, String> values) {

		Map<String, Object> toChange() {
			Map<String, String> payload = new LinkedHashMap<>(this.values);
			payload.put("id", this.key);
			return Map.of("source_change_id", this.id, "schema", "business", "table", this.table.sqlName(), "op",
					"INSERT", "pk", this.key, "server_version", 0, "payload", payload);
		}

	}

	/**
	 * Sends rows in one upload.
	 * @param rows in this order
	 * @return what became of each: {@code "applied 1"}, {@code "invalid fk_missing"} and
	 * so on
	 * @throws UnreachableServerException if the server does not answer
	 */
	List<String> send(List<NewRow> rows) {
		String body = mapper.writeValueAsString(
				Map.of("last_server_seq_seen", 0, "changes", rows.stream().map(NewRow::toChange).toList()));
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.target.syncUri() + "/upload"))
			.timeout(Duration.ofSeconds(60))
			.header("Authorization", "Bearer " + this.token)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
		try {
			HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				throw new UnreachableServerException(
						request.uri() + " answered " + answer.statusCode() + " " + answer.body());
			}
			List<String> statuses = new ArrayList<>();
			mapper.readTree(answer.body()).path("statuses").forEach((status) -> statuses.add(describe(status)));
			return statuses;
		}
		catch (IOException | JacksonException ex) {
			throw new UnreachableServerException("No answer from " + request.uri() + ": " + ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new UnreachableServerException("Interrupted while waiting for " + request.uri());
		}
	}

	private static String describe(JsonNode status) {
		String detail = status.path("new_server_version").asString("")
				+ status.path("invalid").path("reason").asString("");
		return (status.path("status").asString("") + " " + detail).trim();
	}

}
