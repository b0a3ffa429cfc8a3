/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Reference;
import io.oversync.protocol.ChangeStatus.InvalidChange.BadPayload;
import io.oversync.protocol.ChangeStatus.InvalidChange.UnregisteredTable;
import io.oversync.protocol.ChangeStatus.InvalidChange;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.Uuids;
import org.jspecify.annotations.Nullable;

/**
 * Checks single changes without the database (protocol §2.1 step 1). A change that it
 * refuses can never succeed: clients drop it.
 */
final class ChangeValidator {

	/** Far enough from the end of a long that no cascade and no edit overflows. */
	private static final long MAX_VERSION = 1L << 62;

	private static final int MOST_SHOWN = 100;

	private final TableCatalog catalog;

	ChangeValidator(TableCatalog catalog) {
		this.catalog = catalog;
	}

	/**
	 * Checks one change.
	 * @param index its place in the request
	 * @param sent the change as it was sent
	 * @return the change in normal form
	 * @throws InvalidChangeException if it can never be applied
	 */
	Change validate(int index, UploadChange sent) {
		TableName name = name(sent);
		Operation op = operation(sent.op());
		UUID pk = (sent.pk() != null) ? Uuids.parseKey(sent.pk()) : null;
		if (pk == null) {
			throw bad("The member 'pk' must be a UUID, dashed or as 32 hex digits");
		}
		if (sent.serverVersion() < 0 || sent.serverVersion() > MAX_VERSION) {
			throw bad("The member 'server_version' must be from 0 to 2^62");
		}
		Payload payload = payload(op, sent.payload());
		SyncedTable table = this.catalog.find(name);
		if (table == null) {
			TableName shown = new TableName(shorten(name.schema()), shorten(name.table()));
			throw new InvalidChangeException(new UnregisteredTable(shown), "The table " + shown
					+ " is not registered for sync; the application lists its tables in oversync.registered-tables");
		}
		RowKey row = new RowKey(table.name(), pk);
		List<Reference> references = (payload != null) ? references(table, row, payload) : List.of();
		return new Change(index, sent.sourceChangeId(), op, row, sent.serverVersion(), payload, references);
	}

	/** No table has a longer name, and the answer repeats it for every change. */
	private static String shorten(String name) {
		return (name.length() > MOST_SHOWN) ? name.substring(0, MOST_SHOWN) : name;
	}

	private static TableName name(UploadChange sent) {
		String schema = (sent.schema() != null) ? sent.schema() : "";
		return new TableName(identifier("schema", schema.isBlank() ? TableName.DEFAULT_SCHEMA : schema),
				identifier("table", sent.table()));
	}

	private static String identifier(String member, @Nullable String sent) {
		String name = (sent != null) ? TableName.normalize(sent) : "";
		if (!TableName.isIdentifier(name)) {
			throw bad("The member '" + member + "' must consist of a-z, 0-9 and _");
		}
		return name;
	}

	private static Operation operation(@Nullable String sent) {
		String name = (sent != null) ? sent.trim().toUpperCase(Locale.ROOT) : "";
		return switch (name) {
			case "INSERT" -> Operation.INSERT;
			case "UPDATE" -> Operation.UPDATE;
			case "DELETE" -> Operation.DELETE;
			default -> throw bad("The member 'op' must be INSERT, UPDATE or DELETE");
		};
	}

	private static @Nullable Payload payload(Operation op, @Nullable Payload sent) {
		if (!op.isUpsert()) {
			if (sent != null) {
				throw bad("A DELETE must have no payload, or null");
			}
			return null;
		}
		if (sent == null) {
			throw bad("An INSERT or UPDATE must have a payload: the full row as a JSON object");
		}
		return switch (sent.kind()) {
			case OBJECT -> sent;
			case NOT_AN_OBJECT -> throw bad("The payload must be a JSON object");
			case TOO_LARGE -> throw bad("The payload is larger than the server accepts");
			case TOO_DEEP -> throw bad("The payload is nested deeper than the server accepts");
			case UNSTORABLE -> throw bad("A string in the payload holds NUL or half of a surrogate pair");
		};
	}

	/**
	 * Reads the payload's values of foreign keys. Values of columns that uploads do not
	 * write are ignored, and the key of the row is the pk.
	 */
	private static List<Reference> references(SyncedTable table, RowKey row, Payload payload) {
		if (table.references().isEmpty()) {
			return List.of();
		}
		ColumnNames names = table.names();
		Map<String, JsonValue> members = names
			.byColumn(PayloadMembers.read(payload.utf8(), (member) -> names.find(member) != null));
		List<Reference> references = new ArrayList<>();
		for (ForeignKey foreignKey : table.references()) {
			if (foreignKey.column().equals(table.keyColumn())) {
				references.add(new Reference(foreignKey, new RowKey(foreignKey.parent(), row.pk())));
				continue;
			}
			JsonValue value = members.get(foreignKey.column());
			if (value != null && table.takesFromPayload(foreignKey.column())) {
				references.add(new Reference(foreignKey, parent(table, foreignKey, value)));
			}
		}
		return references;
	}

	private static @Nullable RowKey parent(SyncedTable table, ForeignKey foreignKey, JsonValue value) {
		if (value.type() == JsonValue.Type.NULL || (value.type() == JsonValue.Type.STRING && value.text().isEmpty())) {
			return null;
		}
		UUID key = (value.type() == JsonValue.Type.STRING) ? Uuids.parseValue(value.text()) : null;
		if (key == null) {
			throw new InvalidChangeException(new BadPayload(), "The member '" + foreignKey.column()
					+ "' of the payload refers to " + foreignKey.parent() + " and must be a UUID or null", table);
		}
		return new RowKey(foreignKey.parent(), key);
	}

	private static InvalidChangeException bad(String message) {
		return new InvalidChangeException(new BadPayload(), message);
	}

	/** A change that can never be applied. */
	static final class InvalidChangeException extends RuntimeException {

		private final InvalidChange reason;

		private final @Nullable SyncedTable judge;

		InvalidChangeException(InvalidChange reason, String message) {
			this(reason, message, null);
		}

		InvalidChangeException(InvalidChange reason, String message, @Nullable SyncedTable judge) {
			// one bad batch holds thousands of them
			super(message, null, false, false);
			this.reason = reason;
			this.judge = judge;
		}

		/** The table whose definition makes the change invalid, null for none. */
		@Nullable SyncedTable judge() {
			return this.judge;
		}

		InvalidChange reason() {
			return this.reason;
		}

	}

}
