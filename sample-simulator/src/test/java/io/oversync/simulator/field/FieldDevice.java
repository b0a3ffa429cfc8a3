/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.field;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device with one of the clients in the field, modelled on their behaviour: the common
 * part. SQLite's errors are not caught, except those that the client swallows
 * ({@link #failures()}).
 */
abstract class FieldDevice implements AutoCloseable {

	static final int NO_LIMIT = -1;

	private static final int MAX_PASSES = 50;

	private static final int REMEMBERED = 60;

	private static final JsonMapper mapper = new JsonMapper();

	private final FieldDatabase database;

	private final String source;

	private final FieldWire wire;

	private final int downloadLimit;

	private final int uploadLimit;

	private final boolean keepLocal;

	private final Deque<String> exchanges = new ArrayDeque<>();

	private final List<String> failures = new ArrayList<>();

	private boolean losingAnswer;

	private boolean cutOffDownloads;

	FieldDevice(Settings settings, int uploadLimit, boolean overridableTriggers) {
		this.source = settings.source();
		this.wire = settings.wire();
		this.downloadLimit = settings.downloadLimit();
		this.keepLocal = settings.keepLocal();
		this.uploadLimit = uploadLimit;
		this.database = new FieldDatabase(settings.folder().resolve(this.source + ".db"), this.source,
				overridableTriggers);
	}

	/**
	 * The parameters of a device.
	 *
	 * @param folder the folder of its file
	 * @param source its id
	 * @param wire its way to the server
	 * @param downloadLimit rows of a page
	 * @param keepLocal whether its application's resolver keeps the local row
	 */
	record Settings(Path folder, String source, FieldWire wire, int downloadLimit, boolean keepLocal) {
	}

	/** Handles one status of an answer, in the transaction of the whole answer. */
	abstract void settle(Pending change, JsonNode status);

	/** Writes a row that the server sent. */
	abstract void store(String table, String pk, JsonNode payload);

	/** Applies an INSERT or UPDATE of a page. */
	abstract void applyUpsert(JsonNode change, boolean lookback);

	/** Applies a DELETE of a page. */
	abstract void applyDelete(JsonNode change);

	/** Selects and orders the changes of a page that are applied. */
	abstract List<JsonNode> arrange(List<JsonNode> page, boolean lookback);

	/** Returns whether an answer to an upload moves the download cursor. */
	abstract boolean movesCursorOnUpload();

	/** Downloads as the client does after an upload. */
	abstract void afterUpload(boolean uploaded);

	/** Returns whether the application asks for one more page. */
	abstract boolean wantsMore(int applied);

	/**
	 * Runs a statement of the application.
	 * @param sql a statement
	 * @param arguments its parameters
	 */
	void execute(String sql, @Nullable Object... arguments) {
		this.database.execute(sql, arguments);
	}

	FieldDatabase database() {
		return this.database;
	}

	int downloadLimit() {
		return this.downloadLimit;
	}

	boolean keepLocal() {
		return this.keepLocal;
	}

	/** The next upload arrives, but its answer does not. */
	void loseNextAnswer() {
		this.losingAnswer = true;
	}

	/** Downloads fail until further notice, while uploads arrive. */
	void cutOffDownloads(boolean cutOff) {
		this.cutOffDownloads = cutOff;
	}

	/** Uploads, and downloads until the application is content. */
	final void sync() {
		upload();
		download();
	}

	/** Downloads until the application is content. */
	final void download() {
		int applied;
		do {
			applied = downloadPage(false, false);
		}
		while (wantsMore(applied));
	}

	/** Uploads, including the client's work after it. */
	final void upload() {
		List<Pending> changes = pending(this.uploadLimit);
		if (!changes.isEmpty()) {
			Map<String, Object> request = new LinkedHashMap<>();
			request.put("last_server_seq_seen", cursor());
			request.put("changes", changes.stream().map(Pending::toChange).toList());
			JsonNode answer = ask("POST", mapper.writeValueAsString(request));
			JsonNode statuses = answer.get("statuses");
			if (statuses.size() != changes.size()) {
				throw new IllegalStateException("Statuses and changes differ in number");
			}
			this.database.transact(() -> {
				if (movesCursorOnUpload()) {
					moveCursor(answer.get("highest_server_seq").asLong());
				}
				for (int i = 0; i < changes.size(); i++) {
					settle(changes.get(i), statuses.get(i));
				}
			});
		}
		afterUpload(!changes.isEmpty());
	}

	/**
	 * Downloads up to 50 pages from far behind the cursor, then continues at the cursor.
	 * @param page downloads a page and returns the number of changes that were applied
	 */
	final void lookBack(IntSupplier page) {
		long target = cursor();
		long after = Math.max(0, target - Math.max(1000, 2L * this.downloadLimit));
		moveCursor(after);
		for (int pass = 0; pass < MAX_PASSES; pass++) {
			int applied = page.getAsInt();
			long now = cursor();
			if (applied == 0 || now >= target || now == after) {
				break;
			}
			after = now;
		}
		moveCursor(Math.max(cursor(), target));
	}

	/**
	 * Downloads and applies a page.
	 * @param includeSelf whether the device's own changes come, too
	 * @param lookback whether it was asked for from behind the cursor
	 * @return how many of its changes were applied
	 */
	final int downloadPage(boolean includeSelf, boolean lookback) {
		long after = cursor();
		JsonNode page = ask("GET", "after=%d&limit=%d&schema=business%s".formatted(after, this.downloadLimit,
				includeSelf ? "&include_self=true" : ""));
		List<JsonNode> changes = new ArrayList<>();
		page.get("changes").forEach((change) -> {
			if (includeSelf || !change.get("source_id").asString().equals(this.source)) {
				changes.add(change);
			}
		});
		List<JsonNode> arranged = arrange(changes, lookback);
		long next = Math.max(after, page.get("next_after").asLong());
		if (arranged.isEmpty()) {
			moveCursor(next);
			return 0;
		}
		this.database.transact(() -> {
			this.database.execute("PRAGMA defer_foreign_keys = ON");
			this.database.execute("UPDATE _sync_client_info SET apply_mode = 1");
			for (JsonNode change : arranged) {
				if (isDelete(change)) {
					applyDelete(change);
				}
				else {
					applyUpsert(change, lookback);
				}
			}
			moveCursor(next);
			this.database.execute("UPDATE _sync_client_info SET apply_mode = 0");
		});
		return arranged.size();
	}

	/** Leaves out the deletes of rows that come to life again on the same page. */
	static List<JsonNode> withoutSupersededDeletes(List<JsonNode> page) {
		List<JsonNode> changes = new ArrayList<>();
		for (int i = 0; i < page.size(); i++) {
			JsonNode change = page.get(i);
			if (!isDelete(change)
					|| page.subList(i + 1, page.size()).stream().noneMatch((later) -> revives(change, later))) {
				changes.add(change);
			}
		}
		return changes;
	}

	private static boolean isDelete(JsonNode change) {
		return change.get("op").asString().equals("DELETE");
	}

	private static boolean revives(JsonNode delete, JsonNode later) {
		return !isDelete(later) && later.get("table").equals(delete.get("table"))
				&& later.get("pk").equals(delete.get("pk"))
				&& later.get("server_version").asLong() > delete.get("server_version").asLong();
	}

	private JsonNode ask(String method, String request) {
		boolean upload = method.equals("POST");
		if (!upload && this.cutOffDownloads) {
			throw new FieldWire.LostAnswerException();
		}
		String answer = upload ? this.wire.upload(request) : this.wire.download(request);
		this.exchanges.add(method + " " + request + "\n  -> " + answer);
		if (this.exchanges.size() > REMEMBERED) {
			this.exchanges.remove();
		}
		if (upload && this.losingAnswer) {
			this.losingAnswer = false;
			throw new FieldWire.LostAnswerException();
		}
		return mapper.readTree(answer);
	}

	final long cursor() {
		return this.database.number("SELECT last_server_seq_seen FROM _sync_client_info");
	}

	private void moveCursor(long cursor) {
		this.database.execute("UPDATE _sync_client_info SET last_server_seq_seen = ?", cursor);
	}

	final List<Pending> pending(int limit) {
		return this.database.query("SELECT * FROM _sync_pending ORDER BY queued_at LIMIT ?", limit)
			.stream()
			.map(Pending::of)
			.toList();
	}

	final void drop(Pending change) {
		this.database.execute("DELETE FROM _sync_pending WHERE table_name = ? AND pk_uuid = ?", change.table(),
				change.pk());
	}

	final void note(String table, String pk, long version, boolean deleted) {
		this.database.execute(
				"INSERT OR REPLACE INTO _sync_row_meta (table_name, pk_uuid, server_version, deleted) VALUES (?, ?, ?, ?)",
				table, pk, version, deleted ? 1 : 0);
	}

	/** Returns whether a row was deleted here, and the server's is not newer. */
	final boolean isBehindTombstone(String table, String pk, long version) {
		return this.database.number("""
				SELECT count(*) FROM _sync_row_meta
				WHERE table_name = ? AND pk_uuid = ? AND deleted = 1 AND server_version >= ?""", table, pk,
				version) > 0;
	}

	final boolean hasPending(String table, String pk, String op) {
		return this.database.number(
				"SELECT count(*) FROM _sync_pending WHERE table_name = ? AND pk_uuid = ? AND op = ?", table, pk,
				op) > 0;
	}

	final void deleteRow(String table, String pk) {
		this.database.execute("DELETE FROM " + table + " WHERE id = ?", pk);
	}

	/** Notes a failure that the client swallows. */
	final void swallow(RuntimeException failure) {
		this.failures.add(String.valueOf(failure.getMessage()));
	}

	static @Nullable Object value(JsonNode json) {
		return json.isNull() ? null : json.asString();
	}

	static List<String> columns(JsonNode payload) {
		return List.copyOf(payload.propertyNames());
	}

	static String placeholders(List<String> columns) {
		return columns.stream().map((column) -> "?").collect(Collectors.joining(", "));
	}

	/** Returns the application's rows, as texts. */
	TreeSet<String> rows() {
		return this.database.rows();
	}

	/** Returns the changes that wait for their upload, as texts. */
	List<String> waiting() {
		return pending(NO_LIMIT).stream().map(Pending::toString).toList();
	}

	/** Returns the failures that the client swallowed. */
	List<String> failures() {
		return this.failures;
	}

	/** Returns the latest requests and their answers. */
	String exchanges() {
		return this.source + ":\n" + String.join("\n", this.exchanges);
	}

	@Override
	public String toString() {
		return this.source;
	}

	@Override
	public void close() {
		this.database.close();
	}

}
