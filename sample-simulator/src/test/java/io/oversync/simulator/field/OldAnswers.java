/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server as it would be without restores: answers a refused delete as a conflict with
 * the row as it was, at the version that the device has deleted, and sends nothing that
 * the server has appended by itself. It proves that the tests of the field can fail.
 */
final class OldAnswers implements FieldWire {

	private static final JsonMapper mapper = new JsonMapper();

	private final FieldWire real;

	/** The latest after-images by key, of all devices. */
	private final Map<String, JsonNode> images;

	OldAnswers(FieldWire real, Map<String, JsonNode> images) {
		this.real = real;
		this.images = images;
	}

	static Map<String, JsonNode> images() {
		return new ConcurrentHashMap<>();
	}

	@Override
	public String upload(String body) {
		JsonNode changes = mapper.readTree(body).get("changes");
		ObjectNode answer = (ObjectNode) mapper.readTree(this.real.upload(body));
		ArrayNode statuses = (ArrayNode) answer.get("statuses");
		for (int i = 0; i < statuses.size(); i++) {
			JsonNode change = changes.get(i);
			if (change.has("payload")) {
				this.images.put(change.get("pk").asString(), change.get("payload"));
			}
			if (statuses.get(i).path("invalid").path("details").has("referenced_by")) {
				statuses.set(i, conflict(change));
			}
		}
		return answer.toString();
	}

	private ObjectNode conflict(JsonNode change) {
		ObjectNode status = mapper.createObjectNode();
		status.set("source_change_id", change.get("source_change_id"));
		status.put("status", "conflict");
		ObjectNode row = status.putObject("server_row");
		row.set("schema_name", change.get("schema"));
		row.set("table_name", change.get("table"));
		row.set("id", change.get("pk"));
		row.set("server_version", change.get("server_version"));
		row.put("deleted", false);
		row.set("payload", Objects.requireNonNull(this.images.get(change.get("pk").asString())));
		return status;
	}

	@Override
	public String download(String query) {
		ObjectNode page = (ObjectNode) mapper.readTree(this.real.download(query));
		ArrayNode changes = mapper.createArrayNode();
		page.get("changes").forEach((change) -> {
			if (!change.get("source_id").asString().equals("server")) {
				changes.add(change);
			}
		});
		page.set("changes", changes);
		return page.toString();
	}

}
