/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A change that waits for its upload.
 *
 * @param table its table
 * @param pk its key
 * @param op what was done last
 * @param baseVersion the version that the device knew
 * @param payload the after-image, null for a delete
 * @param changeId the device's number for it
 */
record Pending(String table, String pk, String op, long baseVersion, @Nullable JsonNode payload, long changeId) {

	private static final JsonMapper mapper = new JsonMapper();

	static Pending of(Map<String, @Nullable Object> row) {
		Object payload = row.get("payload");
		return new Pending(String.valueOf(row.get("table_name")), String.valueOf(row.get("pk_uuid")),
				String.valueOf(row.get("op")), number(row.get("base_version")),
				(payload != null) ? mapper.readTree(payload.toString()) : null, number(row.get("change_id")));
	}

	private static long number(@Nullable Object value) {
		return (value != null) ? ((Number) value).longValue() : 0;
	}

	boolean isDelete() {
		return this.op.equals("DELETE");
	}

	Map<String, Object> toChange() {
		Map<String, Object> change = new LinkedHashMap<>();
		change.put("source_change_id", this.changeId);
		change.put("schema", "business");
		change.put("table", this.table);
		change.put("op", this.op);
		change.put("pk", this.pk);
		change.put("server_version", this.baseVersion);
		if (this.payload != null) {
			change.put("payload", this.payload);
		}
		return change;
	}

}
