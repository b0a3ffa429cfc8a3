/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.verification.device.JsonHttp;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.UnreachableServerException;
import tools.jackson.databind.JsonNode;

/**
 * A device that builds its uploads by hand, in any order.
 */
final class RawUpload {

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
	record NewRow(long id, TableModel table, String key, Map<String, String> values) {

		Map<String, Object> toChange() {
			Map<String, String> payload = new LinkedHashMap<>(this.values);
			payload.put("id", this.key);
			return Map.of("source_change_id", this.id, "schema", this.table.schema(), "table", this.table.sqlName(),
					"op", "INSERT", "pk", this.key, "server_version", 0, "payload", payload);
		}

	}

	/**
	 * Sends rows in one upload.
	 * @param rows the rows, in this order
	 * @return the outcome of each: {@code "applied 1"}, {@code "invalid fk_missing"} and
	 * so on
	 * @throws UnreachableServerException if the server does not answer
	 */
	List<String> send(List<NewRow> rows) {
		List<String> statuses = new ArrayList<>();
		JsonHttp
			.post(this.target.syncUri() + "/upload", this.token,
					Map.of("last_server_seq_seen", 0, "changes", rows.stream().map(NewRow::toChange).toList()))
			.path("statuses")
			.forEach((status) -> statuses.add(describe(status)));
		return statuses;
	}

	private static String describe(JsonNode status) {
		String detail = status.path("new_server_version").asString("")
				+ status.path("invalid").path("reason").asString("");
		return (status.path("status").asString("") + " " + detail).trim();
	}

}
