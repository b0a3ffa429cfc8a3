/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.verification.device.SyncTarget;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Uploads changes that a test has written by hand.
 */
final class HandMadeDevice {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final JsonMapper mapper = new JsonMapper();

	private final SyncTarget target;

	private final String token;

	HandMadeDevice(SyncTarget target, String user, String source) {
		this.target = target;
		this.token = target.signIn(user, source);
	}

	static String upsert(long id, UUID pk, long version, String name) {
		return upsertOf(id, pk, version, "{\"id\":\"%s\",\"name\":\"%s\",\"email\":\"e\"}".formatted(pk, name));
	}

	static String upsertOf(long id, UUID pk, long version, String payload) {
		return """
				{"source_change_id":%d,"schema":"business","table":"users","op":"UPDATE","pk":"%s",\
				"server_version":%d,"payload":%s}""".formatted(id, pk, version, payload);
	}

	static String delete(long id, UUID pk, long version) {
		return """
				{"source_change_id":%d,"schema":"business","table":"users","op":"DELETE","pk":"%s",\
				"server_version":%d}""".formatted(id, pk, version);
	}

	/** A row that refers to one of {@link #upsert}. */
	static String childOf(long id, UUID pk, UUID parent) {
		return """
				{"source_change_id":%1$d,"schema":"business","table":"posts","op":"INSERT","pk":"%2$s","server_version":0,\
				"payload":{"id":"%2$s","title":"t","content":"c","author_id":"%3$s"}}"""
			.formatted(id, pk, parent);
	}

	/**
	 * Downloads a page with one entry.
	 * @return its entries, and those that it begins with: version and source
	 */
	List<String> downloadOne() {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.target.syncUri() + "/download?after=0&limit=1"))
			.header("Authorization", "Bearer " + this.token)
			.build();
		List<String> entries = new ArrayList<>();
		for (JsonNode entry : mapper.readTree(send(request).body()).get("changes")) {
			entries.add(entry.path("server_version").asString() + " " + entry.path("source_id").asString());
		}
		return entries;
	}

	/**
	 * Uploads.
	 * @param changes JSON
	 * @return the outcome of each, such as {@code applied 1} or {@code conflict}; only
	 * the HTTP status if it is not 200
	 */
	List<String> upload(String... changes) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.target.syncUri() + "/upload"))
			.header("Authorization", "Bearer " + this.token)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"changes\":[" + String.join(",", changes) + "]}"))
			.build();
		HttpResponse<String> response = send(request);
		if (response.statusCode() != 200) {
			return List.of(Integer.toString(response.statusCode()));
		}
		List<String> statuses = new ArrayList<>();
		for (JsonNode status : mapper.readTree(response.body()).get("statuses")) {
			statuses
				.add((status.path("status").asString() + " " + status.path("new_server_version").asString("")).strip());
		}
		return statuses;
	}

	private static HttpResponse<String> send(HttpRequest request) {
		try {
			return http.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
