/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

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

}
