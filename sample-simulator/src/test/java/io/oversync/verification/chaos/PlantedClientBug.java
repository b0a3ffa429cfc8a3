/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

import io.oversync.client.SyncClientBuilder;
import io.oversync.client.http.SyncHttp;
import io.oversync.verification.chaos.StatementRewriter.Rewrite;
import io.oversync.verification.device.SyncTarget;

/**
 * A bug of the client, which the prover must find. It is planted around the client, in
 * its statements or its requests.
 */
enum PlantedClientBug {

	NONE("The client as it is."),

	OWN_CHANGES_UNSEEN("A database that was put back does not get what the device has written since.",
			(builder) -> builder.http(PlantedClientBug::withoutOwnChanges)),

	LOST_HISTORY_UNSEEN("A server that was put back is not noticed.",
			new Rewrite("SELECT cursor, head, mark", "cursor, head, mark, mark_print, epoch", "0, 0, 0, NULL, NULL")),

	EPOCH_IGNORED("A restore that was declared, and of which nothing else is evidence, is not noticed.",
			new Rewrite("SELECT cursor, head, mark", "mark_print, epoch", "mark_print, NULL")),

	REBUILT_TABLE_UNSEEN("The triggers that go with a table that is rebuilt do not come back.",
			new Rewrite("PRAGMA schema_version", "PRAGMA schema_version", "SELECT 1")),

	REBUILT_TABLE_NOT_COMPARED("What was edited while no trigger watched is not looked for.",
			new Rewrite("UPDATE _sync_table SET compare = 1", "compare = 1", "compare = 0")),

	DROPPED_MEMBERS_FORGOTTEN("An edit of a row without one of its columns does not send the column's value back.",
			new Rewrite("r.extra", "r.extra", "NULL")),

	VERSION_NOTED_TOO_LOW("A row is written, and the version before it is noted: nothing shows it but checksums.",
			new Rewrite("INSERT INTO _sync_row", "SET version = excluded.version,",
					"SET version = excluded.version - 1,")),

	EXPIRED_ROWS_KEPT("A device that was sent away starts from nothing, and compares nothing.",
			new Rewrite("ORDER BY r.key", "r.missing = 0", "r.missing = 2"),
			new Rewrite("INSERT INTO _sync_dirty (table_no, key, lost)", "AND r.deleted = 0", "AND r.deleted = 2")),

	EXPIRED_ROWS_SENT_AGAIN("A device that was sent away takes deleted rows for lost ones.",
			new Rewrite("ORDER BY r.key", "r.missing = 0", "r.missing = 2")),

	LOST_DELETES_NOT_SENT_AGAIN("After a restore a device takes rows back that it had deleted.",
			new Rewrite("ORDER BY seq LIMIT", "late, regained FROM _sync_staged", """
					late, CASE WHEN EXISTS (
					  SELECT 1 FROM _sync_row AS r
					  WHERE r.table_no = _sync_staged.table_no AND r.key = _sync_staged.key AND r.deleted = 1)
					THEN 1000000 ELSE regained END FROM _sync_staged""")),

	STALLED_RESPONSE_AWAITED("A response that stalls is waited for without end.",
			(builder) -> builder.timeout(Duration.ofSeconds(35)));

	private final String description;

	private final Rewrite[] rewrites;

	private final Consumer<SyncClientBuilder> settings;

	PlantedClientBug(String description, Rewrite... rewrites) {
		this.description = description;
		this.rewrites = rewrites;
		this.settings = (builder) -> {
		};
	}

	PlantedClientBug(String description, Consumer<SyncClientBuilder> settings) {
		this.description = description;
		this.rewrites = new Rewrite[0];
		this.settings = settings;
	}

	String description() {
		return this.description;
	}

	/** Creates a bug that knows whether it had an effect. */
	StatementRewriter rewriter() {
		return new StatementRewriter(this.rewrites);
	}

	ClientSetting setting(StatementRewriter rewriter) {
		return new ClientSetting((database) -> (this.rewrites.length > 0) ? rewriter.around(database) : database,
				this.settings);
	}

	/** A page of one entry is not a download, but a check of the history. */
	private static SyncHttp.Response withoutOwnChanges(SyncHttp.Request request)
			throws IOException, InterruptedException {
		String uri = request.uri().toString();
		boolean page = uri.contains("/download?") && !uri.contains("&limit=1&");
		return SyncTarget.NETWORK.exchange(page ? new SyncHttp.Request(request.method(),
				URI.create(uri.replace("&include_self=true", "")), request.headers(), request.body()) : request);
	}

}
