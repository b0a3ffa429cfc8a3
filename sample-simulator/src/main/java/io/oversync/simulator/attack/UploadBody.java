/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The body of an upload, change by change.
 */
final class UploadBody {

	private final StringBuilder json = new StringBuilder("{\"changes\":[");

	private boolean empty = true;

	/** Inserts a row under an id. */
	UploadBody insert(long id, String table, UUID key, String payload) {
		return change(id, table, "INSERT", key, 0, payload);
	}

	/** Updates a row under an id. */
	UploadBody update(long id, String table, UUID key, long version, String payload) {
		return change(id, table, "UPDATE", key, version, payload);
	}

	/** Deletes a row under an id. */
	UploadBody delete(long id, String table, UUID key, long version) {
		return change(id, table, "DELETE", key, version, null);
	}

	private UploadBody change(long id, String table, String op, UUID key, long version, @Nullable String payload) {
		raw("{\"source_change_id\":" + id + ",\"schema\":\"business\",\"table\":\"" + table + "\",\"op\":\"" + op
				+ "\",\"pk\":\"" + key + "\",\"server_version\":" + version
				+ ((payload != null) ? ",\"payload\":" : ""));
		if (payload != null) {
			this.json.append(payload);
		}
		this.json.append('}');
		return this;
	}

	/** Adds the beginning of an element, or all of it. */
	UploadBody raw(String element) {
		if (!this.empty) {
			this.json.append(',');
		}
		this.empty = false;
		this.json.append(element);
		return this;
	}

	byte[] body() {
		return (this.json + "]}").getBytes(StandardCharsets.UTF_8);
	}

}
