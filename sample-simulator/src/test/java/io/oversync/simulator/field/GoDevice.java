/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The Go client. The early one takes the server's highest position for its own, and looks
 * back; it drops an invalid change unless the reason is {@code fk_missing}.
 */
final class GoDevice extends FieldDevice {

	private static final int UPLOAD_LIMIT = 200;

	private static final int DRAIN_PASSES = 50;

	private final boolean early;

	GoDevice(Settings settings, boolean early) {
		super(settings, UPLOAD_LIMIT, true);
		this.early = early;
	}

	@Override
	void settle(Pending change, JsonNode status) {
		switch (status.get("status").asString()) {
			case "applied" -> {
				drop(change);
				if (status.has("new_server_version")) {
					note(change.table(), change.pk(), status.get("new_server_version").asLong(), change.isDelete());
				}
			}
			case "conflict" -> {
				if (status.has("server_row")) {
					resolve(change, status.get("server_row"));
				}
			}
			case "invalid" -> {
				String reason = status.path("invalid").path("reason").asString("");
				boolean dropped = this.early ? !reason.equals("fk_missing")
						: List.of("bad_payload", "unregistered_table").contains(reason);
				if (dropped) {
					drop(change);
				}
			}
			default -> {
				// kept
			}
		}
	}

	/** With the triggers active, and foreign keys that are checked at once. */
	private void resolve(Pending change, JsonNode serverRow) {
		long version = serverRow.get("server_version").asLong();
		List<Map<String, @Nullable Object>> local = database()
			.queryOutside("SELECT * FROM " + change.table() + " WHERE id = ?", change.pk());
		if (local.isEmpty() || !keepLocal()) {
			upsert(change.table(), change.pk(), serverRow.get("payload"), version);
			drop(change);
			return;
		}
		Map<String, @Nullable Object> merged = local.get(0);
		replace(change.table(), List.copyOf(merged.keySet()), merged.values().toArray());
		database().execute("""
				UPDATE _sync_pending SET base_version = ?, queued_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
				WHERE table_name = ? AND pk_uuid = ?""", version, change.table(), change.pk());
	}

	private void upsert(String table, String pk, JsonNode payload, long version) {
		boolean behind = isBehindTombstone(table, pk, version);
		if (!behind) {
			store(table, pk, payload);
		}
		note(table, pk, version, behind);
	}

	@Override
	void store(String table, String pk, JsonNode payload) {
		// the client does not check whether the payload is null
		List<String> columns = columns(payload);
		replace(table, columns, columns.stream().map((column) -> value(payload.get(column))).toArray());
	}

	private void replace(String table, List<String> columns, @Nullable Object[] values) {
		database().execute("INSERT OR REPLACE INTO " + table + " (" + String.join(", ", columns) + ") VALUES ("
				+ placeholders(columns) + ")", values);
	}

	@Override
	void applyUpsert(JsonNode change, boolean lookback) {
		upsert(change.get("table").asString(), change.get("pk").asString(), change.get("payload"),
				change.get("server_version").asLong());
	}

	@Override
	void applyDelete(JsonNode change) {
		String table = change.get("table").asString();
		String pk = change.get("pk").asString();
		if (!hasPending(table, pk, "INSERT")) {
			deleteRow(table, pk);
			note(table, pk, change.get("server_version").asLong(), true);
		}
	}

	@Override
	List<JsonNode> arrange(List<JsonNode> page, boolean lookback) {
		return withoutSupersededDeletes(page);
	}

	@Override
	boolean movesCursorOnUpload() {
		return this.early;
	}

	@Override
	void afterUpload(boolean uploaded) {
		if (this.early) {
			lookBack(() -> downloadPage(false, true));
			return;
		}
		int passes = 0;
		while (passes < DRAIN_PASSES && downloadPage(false, false) > 0) {
			passes++;
		}
	}

	@Override
	boolean wantsMore(int applied) {
		return applied > 0;
	}

}
