/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oversync.internal.console.ConsoleAccess.Csrf;
import io.oversync.internal.store.OperatorStore.CompactedStream;
import io.oversync.internal.store.OperatorStore.DeviceRow;
import io.oversync.internal.store.OperatorStore.EntryRow;
import io.oversync.internal.store.OperatorStore.OpenFailure;
import io.oversync.service.SyncDevices;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the console's API. Numbers that may exceed what scripts can represent
 * are texts.
 */
final class ConsoleViews {

	private ConsoleViews() {
	}

	record Session(String operator, @Nullable Csrf csrf) {
	}

	record Overview(@Nullable String epoch, long streams, long failures, long waitingRows, long waitingSeconds,
			int watchers, long beyondHead, boolean compacting, List<TableView> tables,
			Map<Activity.Measure, long[]> activity) {
	}

	record TableView(String name, boolean materialized, boolean captured, @Nullable String ownerColumn,
			@Nullable String problem, long failures) {
	}

	record Users(List<UserLine> users, @Nullable String next) {
	}

	record UserLine(String id, long head, int devices, @Nullable Instant lastSeen, int failures) {
	}

	record UserView(String id, long head, @Nullable CompactedStream compacted, List<SyncDevices.Device> devices,
			List<FailureView> failures) {
	}

	record Devices(List<DeviceLine> devices, @Nullable String stream, @Nullable String after) {
	}

	record DeviceLine(String user, String id, @Nullable String name, Instant firstSeen, Instant lastSeen,
			long acknowledged, long lag, @Nullable Instant revoked) {

		static DeviceLine of(DeviceRow row) {
			return new DeviceLine(row.userId(), row.place().sourceId(), row.name(), row.firstSeen(), row.lastSeen(),
					row.acknowledged(), row.lag(), row.revoked());
		}

	}

	record Failures(List<FailureView> failures, @Nullable String stream, @Nullable String after) {
	}

	record FailureView(String id, String user, String table, UUID pk, String op, long version, String error,
			Instant firstSeen, int retries) {

		static FailureView of(OpenFailure row) {
			return new FailureView(Long.toString(row.id()), row.userId(), row.table().toString(), row.pk(), row.op(),
					row.version(), row.error(), row.firstSeen(), row.retries());
		}

	}

	record Entries(List<Entry> entries, @Nullable Long next) {
	}

	record Entry(long id, String op, String table, UUID pk, long version, Instant time, @Nullable String source,
			String sourceChangeId, long bytes) {

		static Entry of(EntryRow row) {
			return new Entry(row.serverId(), row.op().name(), row.table().toString(), row.pk(), row.version(),
					row.time(), row.source(), Long.toString(row.sourceChangeId()), row.payloadBytes());
		}

	}

	record Versions(String table, String pk, List<Version> versions, boolean more) {
	}

	record Version(Entry entry, Change change) {
	}

	/**
	 * What an entry changed.
	 *
	 * @param basis what it is compared with
	 * @param before the version before it, null if that is not known
	 * @param fields the members of the row
	 */
	record Change(Basis basis, @Nullable Long before, List<RowDiff.Field> fields) {

		static Change of(EntryRow entry, @Nullable EntryRow before) {
			boolean deletes = entry.payloadBytes() == 0;
			if (!deletes && entry.payload() == null) {
				return new Change(Basis.TOO_LARGE, null, List.of());
			}
			if (before == null) {
				if (entry.version() == 1) {
					return new Change(Basis.FIRST, null, RowDiff.between(null, entry.payload()));
				}
				return new Change(Basis.UNKNOWN, null,
						(entry.payload() != null) ? RowDiff.contents(entry.payload()) : List.of());
			}
			if (before.payloadBytes() > 0 && before.payload() == null) {
				return new Change(Basis.TOO_LARGE, before.version(),
						(entry.payload() != null) ? RowDiff.contents(entry.payload()) : List.of());
			}
			return new Change(Basis.VERSION, before.version(), RowDiff.between(before.payload(), entry.payload()));
		}

	}

	/** What an entry is compared with. */
	enum Basis {

		/** The version before it. */
		VERSION,
		/** Nothing: it is the first version. */
		FIRST,
		/** Nothing: the version before it was removed, or lies too far back. */
		UNKNOWN,
		/** Nothing: one of the two is too large to be shown. */
		TOO_LARGE

	}

}
