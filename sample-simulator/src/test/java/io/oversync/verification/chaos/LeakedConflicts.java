/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.Locale;

import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ServerRow;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import io.oversync.service.SyncService;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@link PlantedBug#REJECTED_CHANGES_IN_THE_STREAM}: appends them after the upload.
 */
final class LeakedConflicts extends DelegatingSyncService {

	private static final String SOURCE = """
			WITH head AS (
			  UPDATE sync.stream s SET source_count = source_count + 1
			  WHERE s.user_id = ? AND NOT EXISTS (
			    SELECT 1 FROM sync.source d WHERE d.stream_id = s.stream_id AND d.source_id = ?)
			  RETURNING stream_id, source_count)
			INSERT INTO sync.source (stream_id, source_no, source_id) SELECT stream_id, source_count, ? FROM head""";

	private static final String APPEND = """
			WITH head AS (
			  UPDATE sync.stream SET head_server_id = head_server_id + 1 WHERE user_id = ?
			  RETURNING stream_id, head_server_id)
			INSERT INTO sync.change
			  (stream_id, server_id, source_no, source_change_id, version, table_id, op, pk, payload)
			SELECT h.stream_id, h.head_server_id, d.source_no, ?, ?, t.table_id, ?::"char", ?, ?::json
			FROM head h
			JOIN sync.source d ON d.stream_id = h.stream_id AND d.source_id = ?
			JOIN sync.synced_table t ON t.schema_name = ? AND t.table_name = ?""";

	private final JdbcTemplate database;

	LeakedConflicts(SyncService real, JdbcTemplate database) {
		super(real);
		this.database = database;
	}

	@Override
	public UploadResponse upload(SyncActor actor, UploadRequest request) {
		UploadResponse response = super.upload(actor, request);
		for (int i = 0; i < request.changes().size(); i++) {
			if (response.statuses().get(i) instanceof ChangeStatus.Conflict conflict) {
				append(actor, request.changes().get(i), conflict.serverRow());
			}
		}
		return response;
	}

	private void append(SyncActor actor, UploadChange change, ServerRow row) {
		this.database.update(SOURCE, actor.userId(), actor.sourceId(), actor.sourceId());
		this.database.update(APPEND, actor.userId(), change.sourceChangeId(), change.serverVersion() + 1,
				change.op().strip().substring(0, 1).toUpperCase(Locale.ROOT), row.pk(),
				(change.payload() != null) ? change.payload().text() : null, actor.sourceId(), row.table().schema(),
				row.table().table());
	}

}
