/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Map;
import java.util.TreeMap;

import io.oversync.verification.device.TableModel.ColumnModel;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads values of after-images.
 */
final class Payloads {

	private static final JsonMapper mapper = new JsonMapper();

	private Payloads() {
	}

	/**
	 * Reads a value.
	 * @param payload the text of an after-image
	 * @param column the column
	 * @return the value as the devices and the server's tables show it; null if there is
	 * none
	 */
	static @Nullable String text(String payload, ColumnModel column) {
		JsonNode value = mapper.readTree(payload).get(column.name());
		return (value == null || value.isNull()) ? null : column.kind().text(value);
	}

	/**
	 * Reads all members.
	 * @param payload the text of an after-image
	 * @return the values by name
	 */
	static Map<String, JsonNode> members(String payload) {
		Map<String, JsonNode> members = new TreeMap<>();
		mapper.readTree(payload).properties().forEach((member) -> members.put(member.getKey(), member.getValue()));
		return members;
	}

}
