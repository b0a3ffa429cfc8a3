/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.oversync.client.Conflict;
import io.oversync.client.Recovery;
import io.oversync.client.Resolution;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncRow;
import org.jspecify.annotations.Nullable;

/**
 * Something that a phone's client has reported.
 *
 * @param number counts the notices of a phone
 * @param kind {@code conflict}, {@code recovery} or {@code problem}
 * @param text a sentence
 * @param fields of a conflict: the columns that differ
 */
record Notice(long number, String kind, String text, List<Field> fields) {

	private static final List<String> COLUMNS = List.of("title", "body", "done");

	/**
	 * A column of a conflict.
	 *
	 * @param name the column
	 * @param base the value before the phone's change, if known
	 * @param phone the phone's value; null if it had deleted the row
	 * @param server the server's value; null if the row was deleted there
	 * @param result the value that was taken; null if the row is deleted
	 */
	record Field(String name, @Nullable String base, @Nullable String phone, @Nullable String server,
			@Nullable String result) {
	}

	static Notice of(long number, String text) {
		return new Notice(number, "problem", text, List.of());
	}

	static Notice of(long number, Recovery recovery) {
		String text = switch (recovery.reason()) {
			case DATABASE_PUT_BACK -> "The client noticed that this file is older than what this device had sent, and"
					+ " fetched what it lacked.";
			case DEVICE_SHARED -> "Another installation uses this device's id.";
			case SERVER_PUT_BACK -> "The client noticed that the server was put back, and sends again what it lost.";
			case SERVER_CHANGED -> "The server has another address; the client compared everything with it.";
		};
		return new Notice(number, "recovery", text, List.of());
	}

	static Notice of(long number, ResolvedConflict resolved, ResolverChoice choice) {
		Conflict conflict = resolved.conflict();
		SyncRow result = result(conflict, resolved.resolution());
		List<Field> fields = new ArrayList<>();
		for (String column : COLUMNS) {
			Field field = new Field(column, value(conflict.base(), column), value(conflict.local(), column),
					value(conflict.server(), column), value(result, column));
			if (!Objects.equals(field.phone, field.server)) {
				fields.add(field);
			}
		}
		return new Notice(number, "conflict", text(conflict, resolved, choice), fields);
	}

	private static String text(Conflict conflict, ResolvedConflict resolved, ResolverChoice choice) {
		String what = "Conflict: the note was changed on both sides.";
		if (conflict.local() == null) {
			what = "Conflict: deleted on this phone, edited on the server.";
		}
		else if (conflict.server() == null) {
			what = "Conflict: edited on this phone, deleted on the server.";
		}
		if (resolved.resolution() == null) {
			return what + " It is not settled yet.";
		}
		return what + switch (choice) {
			case SERVER -> " The server wins.";
			case CLIENT -> " This phone wins.";
			case MERGE -> " Merged field by field.";
		};
	}

	private static @Nullable SyncRow result(Conflict conflict, @Nullable Resolution resolution) {
		if (resolution instanceof Resolution.Merge merge) {
			return merge.row();
		}
		return (resolution instanceof Resolution.KeepLocal) ? conflict.local() : conflict.server();
	}

	private static @Nullable String value(@Nullable SyncRow row, String column) {
		Object value = (row != null) ? row.get(column) : null;
		if (column.equals("done") && value != null) {
			return value.equals(0L) ? "no" : "yes";
		}
		return (value != null) ? value.toString() : null;
	}

}
