/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import io.oversync.protocol.PayloadMembers;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row, as PostgreSQL reads them.
 *
 * @param columns the columns that the payload has a member for, in the order of the table
 * @param values their values, null for null
 */
record RowValues(List<Column> columns, List<@Nullable String> values) {

	/**
	 * Converts payloads.
	 * @param table the table
	 * @param images payloads, of which a later one overrides the members that it has
	 * @return the values
	 * @throws ValueConversionException if a column cannot hold its value
	 */
	static RowValues of(SyncedTable table, List<Payload> images) {
		Map<String, JsonValue> members = read(table, images.get(0));
		if (images.size() > 1) {
			members = new HashMap<>(members);
			for (Payload image : images.subList(1, images.size())) {
				members.putAll(read(table, image));
			}
		}
		List<Column> columns = new ArrayList<>(table.columns().size());
		List<@Nullable String> values = new ArrayList<>(table.columns().size());
		for (Column column : table.columns()) {
			JsonValue value = members.get(column.name());
			if (value != null) {
				columns.add(column);
				values.add(ValueConverter.convert(value, column));
			}
		}
		return new RowValues(columns, values);
	}

	/**
	 * Reads the members that belong to columns.
	 * @param table the table
	 * @param image a payload
	 * @return the members, also under the names of their columns
	 */
	static Map<String, JsonValue> read(SyncedTable table, Payload image) {
		ColumnNames names = table.names();
		return names.byColumn(PayloadMembers.read(image.utf8(), (member) -> names.find(member) != null));
	}

	/**
	 * Returns the value of a column.
	 * @param column its name
	 * @return the value, or null if it is null or the payload has no such member
	 */
	@Nullable String get(String column) {
		for (int i = 0; i < this.columns.size(); i++) {
			if (this.columns.get(i).name().equals(column)) {
				return this.values.get(i);
			}
		}
		return null;
	}

	/**
	 * Returns whether the row could be inserted. PostgreSQL checks the row to insert
	 * before it finds that the row exists and only some columns are updated.
	 * @param table the table
	 * @return whether no required column is missing, and none at all where CHECK
	 * constraints would see defaults
	 */
	boolean canInsert(SyncedTable table) {
		if (this.columns.size() == table.columns().size()) {
			return true;
		}
		return !table.checked() && table.columns()
			.stream()
			.noneMatch((column) -> column.isRequired() && !this.columns.contains(column));
	}

}
