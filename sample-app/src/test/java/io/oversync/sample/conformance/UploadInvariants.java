/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for every answer to an upload.
 */
final class UploadInvariants {

	private static final Set<String> MEMBERS = Set.of("accepted", "highest_server_seq", "statuses");

	private static final Set<String> OPTIONAL = Set.of("new_server_version", "server_row", "message", "invalid");

	private static final Set<String> SERVER_ROW = Set.of("schema_name", "table_name", "id", "server_version", "deleted",
			"payload");

	private static final Set<String> REASONS = Set.of("bad_payload", "unregistered_table", "fk_missing",
			"batch_too_large");

	private static final Set<String> NOT_ACCEPTED = Set.of("unregistered_table", "batch_too_large");

	private UploadInvariants() {
	}

	static void check(ApiRequest request, JsonNode body, Checks checks) {
		if (!checks.members(body, "body", MEMBERS, Set.of())) {
			return;
		}
		checks.type(body, "accepted", "bool", "body");
		checks.type(body, "highest_server_seq", "int", "body");
		checks.type(body, "statuses", "array", "body");
		JsonNode statuses = body.get("statuses");
		JsonNode sent = sent(request);
		if (sent != null) {
			checks.that(statuses.size() == sent.size(), "body.statuses",
					"must have one status for each of " + sent.size() + " changes but has " + statuses.size());
		}
		boolean accepted = true;
		for (int i = 0; i < statuses.size(); i++) {
			String path = "body.statuses[" + i + "]";
			JsonNode status = statuses.get(i);
			checkStatus(status, path, checks);
			if (request.changes() != null && i < request.changes().size()) {
				checkEcho(request.changes().get(i), status, path, checks);
			}
			accepted &= !NOT_ACCEPTED.contains(status.path("invalid").path("reason").asString(""));
		}
		checks.that(body.get("accepted").asBoolean(accepted) == accepted, "body.accepted",
				"must be " + accepted + " with these reasons");
	}

	/** The changes of a request, as far as its text shows them. */
	private static @Nullable JsonNode sent(ApiRequest request) {
		if (request.changes() != null || request.body() == null) {
			return request.changes();
		}
		JsonNode body = CaseJson.tryRead(request.body());
		if (body == null || !body.isObject()) {
			return null;
		}
		return body.path("changes").isArray() ? body.get("changes") : CaseJson.NODES.arrayNode();
	}

	private static void checkEcho(JsonNode change, JsonNode status, String path, Checks checks) {
		JsonNode expected = change.path("source_change_id");
		long id = expected.isMissingNode() ? 0 : expected.asLong(0);
		checks.that(
				status.path("source_change_id").isIntegralNumber() && status.get("source_change_id").asLong(-1) == id,
				path + ".source_change_id",
				"must echo " + id + " but is " + Checks.shown(status.path("source_change_id")));
	}

	private static void checkStatus(JsonNode status, String path, Checks checks) {
		if (!checks.members(status, path, Set.of("source_change_id", "status"), OPTIONAL)) {
			return;
		}
		status.properties()
			.forEach((member) -> checks.that(!member.getValue().isNull(), path + "." + member.getKey(),
					"must be left out instead of null"));
		checks.type(status, "source_change_id", "int", path);
		checks.type(status, "new_server_version", "int", path);
		checks.type(status, "message", "string", path);
		switch (status.get("status").asString("")) {
			case "applied" -> checks.that(status.has("new_server_version"), path + ".new_server_version",
					"must be there when a change is applied");
			case "conflict" -> checkServerRow(status.path("server_row"), path + ".server_row", checks);
			case "invalid" -> {
				JsonNode reason = status.path("invalid").path("reason");
				checks.that(REASONS.contains(reason.asString("")), path + ".invalid.reason",
						"must be one of " + REASONS + " but is " + Checks.shown(reason));
			}
			case "materialize_error" ->
				checks.that(status.has("message"), path + ".message", "must say why the change is to be sent again");
			default ->
				checks.that(false, path + ".status", "must be applied, conflict, invalid or materialize_error but is "
						+ Checks.shown(status.get("status")));
		}
	}

	private static void checkServerRow(JsonNode row, String path, Checks checks) {
		if (!checks.members(row, path, SERVER_ROW, Set.of())) {
			return;
		}
		checks.type(row, "schema_name", "string", path);
		checks.type(row, "table_name", "string", path);
		checks.type(row, "id", "string", path);
		checks.type(row, "server_version", "int", path);
		checks.type(row, "deleted", "bool", path);
		JsonNode payload = row.get("payload");
		boolean deleted = row.get("deleted").asBoolean(false);
		checks.that(payload.isObject() || (deleted && payload.isNull()), path + ".payload",
				"must be an object" + (deleted ? " or null" : "") + " but is " + Checks.shown(payload));
	}

}
