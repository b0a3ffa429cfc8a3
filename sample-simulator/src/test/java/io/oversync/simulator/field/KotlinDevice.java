/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Kotlin client. The early one (0.2) sends everything at once, takes the server's
 * highest position for its own, and looks back, its own changes included; the late one
 * (0.6) only downloads on.
 */
final class KotlinDevice extends FieldDevice {

	private static final int UPLOAD_LIMIT = 200;

	private static final int DRAIN_PASSES = 20;

	private static final JsonMapper mapper = new JsonMapper();

	private final boolean early;

	KotlinDevice(Settings settings, boolean early) {
		super(settings, early ? NO_LIMIT : UPLOAD_LIMIT, early);
		this.early = early;
	}

	@Override
	void settle(Pending change, JsonNode status) {
		switch (status.get("status").asString()) {
			case "applied" -> {
				JsonNode uploaded = change.payload();
				if (uploaded != null) {
					store(change.table(), change.pk(), uploaded);
				}
				drop(change);
				note(change.table(), change.pk(), status.path("new_server_version").asLong(change.baseVersion() + 1),
						change.isDelete());
			}
			case "conflict" -> resolve(change, status.get("server_row"));
			case "invalid" -> {
				if (!isKept(status.path("invalid"))) {
					drop(change);
				}
			}
			default -> {
				// kept
			}
		}
	}

	private boolean isKept(JsonNode invalid) {
		return this.early ? invalid.toString().contains("fk_missing")
				: !List.of("bad_payload", "unregistered_table").contains(invalid.path("reason").asString(""));
	}

	/** With the triggers active, and foreign keys that are checked at once. */
	private void resolve(Pending change, JsonNode serverRow) {
		long version = serverRow.get("server_version").asLong();
		boolean deleted = serverRow.get("deleted").asBoolean();
		JsonNode local = change.payload();
		if (local == null) {
			// a delete always wins
			deleteRow(change.table(), change.pk());
			note(change.table(), change.pk(), version, true);
			requeue(change.table(), change.pk(), version, "DELETE", null);
		}
		else if (keepLocal()) {
			store(change.table(), change.pk(), local);
			note(change.table(), change.pk(), version, false);
			requeue(change.table(), change.pk(), version, "UPDATE", local);
		}
		else {
			if (deleted) {
				deleteRow(change.table(), change.pk());
			}
			else {
				store(change.table(), change.pk(), serverRow.get("payload"));
			}
			note(change.table(), change.pk(), version, deleted);
			drop(change);
		}
	}

	private void requeue(String table, String pk, long version, String op, @Nullable JsonNode payload) {
		database().execute("""
				UPDATE _sync_pending SET op = ?, base_version = ?, payload = ?,
				  queued_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
				WHERE table_name = ? AND pk_uuid = ?""", op, version, (payload != null) ? payload.toString() : null,
				table, pk);
	}

	@Override
	void store(String table, String pk, JsonNode payload) {
		List<String> columns = columns(payload).stream().filter((column) -> !column.equals("id")).toList();
		List<@Nullable Object> values = new ArrayList<>();
		columns.forEach((column) -> values.add(value(payload.get(column))));
		values.add(pk);
		int updated = database().execute(
				"UPDATE " + table + " SET " + String.join(" = ?, ", columns) + " = ? WHERE id = ?", values.toArray());
		if (updated == 0) {
			database().execute("INSERT INTO " + table + " (" + String.join(", ", columns) + ", id) VALUES ("
					+ placeholders(columns) + ", ?)", values.toArray());
		}
	}

	@Override
	void applyUpsert(JsonNode change, boolean lookback) {
		String table = change.get("table").asString();
		String pk = change.get("pk").asString();
		long version = change.get("server_version").asLong();
		if (hasPending(table, pk, "DELETE") || isBehindTombstone(table, pk, version)) {
			note(table, pk, version, true);
			return;
		}
		List<Map<String, @Nullable Object>> waiting = database().query(
				"SELECT payload FROM _sync_pending WHERE table_name = ? AND pk_uuid = ? AND op IN ('INSERT', 'UPDATE')",
				table, pk);
		if (!waiting.isEmpty()) {
			merge(table, pk, version, change.get("payload"),
					mapper.readTree(String.valueOf(waiting.get(0).get("payload"))));
		}
		else if (!lookback || version > database()
			.number("SELECT server_version FROM _sync_row_meta WHERE table_name = ? AND pk_uuid = ?", table, pk)) {
			store(table, pk, change.get("payload"));
			note(table, pk, version, false);
		}
	}

	private void merge(String table, String pk, long version, JsonNode payload, JsonNode local) {
		store(table, pk, keepLocal() ? local : payload);
		note(table, pk, version, false);
		if (keepLocal()) {
			requeue(table, pk, version, "UPDATE", local);
		}
		else {
			database().execute("DELETE FROM _sync_pending WHERE table_name = ? AND pk_uuid = ?", table, pk);
		}
	}

	@Override
	void applyDelete(JsonNode change) {
		String table = change.get("table").asString();
		String pk = change.get("pk").asString();
		deleteRow(table, pk);
		note(table, pk, change.get("server_version").asLong(), true);
	}

	@Override
	List<JsonNode> arrange(List<JsonNode> page, boolean lookback) {
		if (!lookback) {
			return page;
		}
		List<JsonNode> arranged = withoutSupersededDeletes(page);
		arranged.sort(Comparator.comparing((JsonNode change) -> change.get("server_version").asLong()));
		return arranged;
	}

	@Override
	boolean movesCursorOnUpload() {
		return this.early;
	}

	@Override
	void afterUpload(boolean uploaded) {
		if (!uploaded) {
			return;
		}
		if (this.early) {
			lookBack(() -> tryPage(true, true));
			return;
		}
		int passes = 0;
		while (passes < DRAIN_PASSES && tryPage(false, false) >= downloadLimit()) {
			passes++;
		}
	}

	private int tryPage(boolean includeSelf, boolean lookback) {
		try {
			return downloadPage(includeSelf, lookback);
		}
		catch (FieldWire.LostAnswerException ex) {
			return 0;
		}
		catch (IllegalStateException ex) {
			swallow(ex);
			return 0;
		}
	}

	@Override
	boolean wantsMore(int applied) {
		// a page that begins with restores has more than its limit
		return applied == downloadLimit();
	}

}
