/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.Map;
import java.util.UUID;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.upload.plan.Change;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.Uuids;

/**
 * Finds payloads of the application that contradict the row or the user that it names.
 * Uploads ignore such members, since devices in the field send them.
 */
final class PayloadChecks {

	private final TableCatalog catalog;

	PayloadChecks(TableCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Checks a payload.
	 * @param change the change
	 * @param userId the user
	 * @throws IllegalArgumentException if the payload names another key or owner
	 */
	void check(Change change, String userId) {
		Payload payload = change.payload();
		if (payload == null) {
			return;
		}
		SyncedTable table = this.catalog.get(change.row().table());
		ColumnNames names = table.names();
		String owner = table.ownerColumn();
		Map<String, JsonValue> members = names.byColumn(PayloadMembers.read(payload.utf8(), (member) -> {
			String column = names.find(member);
			return column != null && (column.equals(table.keyColumn()) || column.equals(owner));
		}));
		JsonValue key = members.get(table.keyColumn());
		if (key != null && isGiven(key) && !isKey(key, change.row().pk())) {
			throw new IllegalArgumentException("Row %s: the payload has another key, in the member of the column %s"
				.formatted(change.row(), table.keyColumn()));
		}
		JsonValue named = (owner != null) ? members.get(owner) : null;
		if (named != null && isGiven(named) && !isUser(named, userId, table)) {
			throw new IllegalArgumentException(
					"Row %s: the payload has another owner than the user, in the member of the column %s"
						.formatted(change.row(), owner));
		}
	}

	/** A null says nothing, nor does the empty text that stands for it. */
	private static boolean isGiven(JsonValue value) {
		return value.type() != JsonValue.Type.NULL && !value.text().isEmpty();
	}

	private static boolean isKey(JsonValue value, UUID key) {
		return value.type() == JsonValue.Type.STRING && key.equals(Uuids.parseValue(value.text()));
	}

	private static boolean isUser(JsonValue value, String userId, SyncedTable table) {
		if (table.ownership().uuid()) {
			UUID owner = Uuids.parseValue(value.text());
			return owner != null && owner.equals(Uuids.parseAsPostgres(userId));
		}
		return value.text().equals(userId);
	}

}
