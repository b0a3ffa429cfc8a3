/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.log;

import java.util.Map;

import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what operators want to know, one event each, with keys for structured logs
 * ({@code oversync.event} and the rest). Payloads and keys of rows are never logged.
 */
public final class EngineEventLog implements EngineListener {

	/** Named for the library, not for this class, so that a level is easy to set. */
	private static final Logger logger = LoggerFactory.getLogger("io.oversync.events");

	private static final String EVENT = "oversync.event";

	@Override
	public void materializeFailed(Map<TableName, Integer> rows) {
		rows.forEach((table, count) -> logger.atWarn()
			.addKeyValue(EVENT, "rows_refused")
			.addKeyValue("oversync.table", table.toString())
			.addKeyValue("oversync.rows", count)
			.log("The table {} refused {} rows of devices; they are kept in sync.materialize_failures, with the reason",
					table, count));
	}

	@Override
	public void deviceChanged(SyncActor actor, DeviceChange change) {
		logger.atInfo().addKeyValue(EVENT, switch (change) {
			case REVOKED -> "device_revoked";
			case RESTORED -> "device_restored";
			case FORGOTTEN -> "device_forgotten";
		})
			.addKeyValue(LogContext.USER, LogContext.user(actor))
			.addKeyValue(LogContext.DEVICE, LogContext.device(actor))
			.log(switch (change) {
				case REVOKED -> "A device was revoked: its requests are answered 401";
				case RESTORED -> "A revoked device may sync again";
				case FORGOTTEN -> "A device was forgotten: it no longer counts for compactions";
			});
	}

	@Override
	public void beyondHead(SyncActor actor, long after, long head) {
		logger.atWarn()
			.addKeyValue(EVENT, "restore_seen")
			.addKeyValue(LogContext.USER, LogContext.user(actor))
			.addKeyValue(LogContext.DEVICE, LogContext.device(actor))
			.addKeyValue("oversync.after", after)
			.addKeyValue("oversync.head", head)
			.log("A device asks for what comes after {}, but the stream ends at {}: was the database restored from a"
					+ " backup? Then set oversync.restored-at to a new text, so that clients notice.", after, head);
	}

	@Override
	public void compacted(long entries) {
		logger.atDebug()
			.addKeyValue(EVENT, "stream_compacted")
			.addKeyValue("oversync.entries", entries)
			.log("A compaction removed {} entries", entries);
	}

	@Override
	public void expired(long rows) {
		if (rows > 0) {
			logger.atInfo()
				.addKeyValue(EVENT, "tombstones_expired")
				.addKeyValue("oversync.rows", rows)
				.log("Nothing is left of {} rows of a stream that were deleted longer ago than"
						+ " oversync.retention.tombstones", rows);
		}
	}

}
