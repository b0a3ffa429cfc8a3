/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.materialize;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.oversync.internal.catalog.Column;
import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.ColumnType;
import io.oversync.internal.catalog.ColumnType.Kind;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.WireFormat;
import io.oversync.protocol.JsonText;
import io.oversync.protocol.JsonValue;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Renders rows that the application wrote as after-images of the stream: the reverse of
 * {@link RowValues}.
 * <ol>
 * <li>A member whose column still has its value stays as it is, byte for byte, and so
 * does a member without a column that uploads write.</li>
 * <li>The value of any other member is replaced by the column's, in the form of the old
 * one.</li>
 * <li>Members are added for columns that the table's {@link WireFormat} lists and for
 * those that the database computes. If the format lists none, they are added for columns
 * that devices of the user have, and for a row that no device wrote for its key and for
 * all columns that uploads write.</li>
 * </ol>
 */
public final class RowImages {

	private static final ColumnType KEY_TYPE = ColumnType.of(Kind.UUID, "uuid");

	private final SyncedTable table;

	private final WireFormat wire;

	private final Set<String> deviceColumns;

	private final Column key;

	private final Map<String, Column> columns = new HashMap<>();

	/**
	 * Creates a renderer.
	 * @param table a table that is materialised
	 * @param wire the forms that its devices expect
	 * @param deviceColumns the columns that devices have sent
	 */
	public RowImages(SyncedTable table, WireFormat wire, Set<String> deviceColumns) {
		this.table = table;
		this.wire = wire;
		this.deviceColumns = deviceColumns;
		this.key = new Column(table.keyColumn(), KEY_TYPE, false, false);
		for (Column column : table.shownColumns()) {
			this.columns.put(column.name(), column);
		}
	}

	/**
	 * Returns the columns that an image can have.
	 * @return the columns that uploads write or the database computes
	 */
	public List<Column> columns() {
		return this.table.shownColumns();
	}

	/**
	 * Writes the SQL expression that reads a value as text. Of equal values of a column
	 * it reads the same text, also of types without an operator for equality.
	 * @param expression the column's quoted name, or a placeholder for the input text
	 * @param column the column
	 * @return an expression of type text
	 */
	public static String text(String expression, Column column) {
		String type = column.type().sqlName();
		// without it money has no number, and elements of char(n) keep what pads them
		String unpadded = type.equals("bpchar[]") ? "::text[]" : "";
		return "(" + expression + "::" + type + unpadded + ")::text";
	}

	/**
	 * Converts the members of an after-image, for PostgreSQL to compare with the row by
	 * {@link #text(String, Column)}.
	 * @param last an after-image
	 * @return by the name of the column, the input text of its type, empty for SQL null;
	 * nothing for a column that the image has no member for, or one that its column
	 * cannot hold
	 */
	public Map<String, Optional<String>> converted(Payload last) {
		Map<String, JsonValue> members = RowValues.read(this.table, last);
		Map<String, Optional<String>> converted = new LinkedHashMap<>();
		for (Column column : this.table.shownColumns()) {
			JsonValue value = members.get(column.name());
			if (value != null) {
				try {
					converted.put(column.name(), Optional.ofNullable(ValueConverter.convert(value, column)));
				}
				catch (ValueConversionException ex) {
					// the row has something else
				}
			}
		}
		return converted;
	}

	/**
	 * Renders a row.
	 * @param key its key
	 * @param last its last after-image, null if no device wrote the row
	 * @param current by column, what {@link #text(String, Column)} reads with the
	 * DateStyle {@code ISO, YMD}, the TimeZone {@code UTC}, the IntervalStyle
	 * {@code iso_8601}, the bytea_output {@code hex} and extra_float_digits 1; null for
	 * SQL null. A column that is missing keeps its member.
	 * @param same columns that have the value that the last image's member converts to
	 * @param written whether the application has written the row; one that is only
	 * compared gets no new members that are null if there is nothing else
	 * @return the new after-image, null if it is the last one
	 */
	public @Nullable Payload render(UUID key, @Nullable Payload last, Map<String, @Nullable String> current,
			Set<String> same, boolean written) {
		Set<String> present = new HashSet<>();
		Set<String> changed = new HashSet<>();
		ColumnNames names = this.table.names();
		String image = (last != null) ? last.text() : "{}";
		String text = JsonText.withMembers(image, (member) -> {
			String column = names.find(member);
			if (column == null) {
				return false;
			}
			present.add(column);
			boolean replaced = current.containsKey(column) && !same.contains(column)
					&& this.columns.containsKey(column);
			if (replaced) {
				changed.add(column);
			}
			return replaced;
		}, (member, json) -> {
			Column column = Objects.requireNonNull(this.columns.get(names.find(member)));
			return render(column, current.get(column.name()), JsonText.value(json));
		}, () -> missing(present, key, current, last == null, written || !changed.isEmpty()));
		return text.equals(image) ? null : Payload.of(text);
	}

	private Map<String, String> missing(Set<String> present, UUID key, Map<String, @Nullable String> current,
			boolean isNew, boolean withNulls) {
		boolean all = isNew && this.wire.columns().isEmpty();
		boolean some = !this.wire.columns().isEmpty();
		Map<String, String> members = new LinkedHashMap<>();
		if ((isNew || some) && !present.contains(this.key.name())) {
			members.put(this.table.names().memberOf(this.key.name()), JsonText.write(key(key)));
		}
		for (Column column : this.table.shownColumns()) {
			boolean onDevices = !some && this.deviceColumns.contains(column.name())
					&& (withNulls || current.get(column.name()) != null);
			if ((all || onDevices || isWanted(column)) && !present.contains(column.name())
					&& current.containsKey(column.name())) {
				members.put(this.table.names().memberOf(column.name()),
						render(column, current.get(column.name()), null));
			}
		}
		return members;
	}

	private boolean isWanted(Column column) {
		return this.wire.columns().contains(column.name()) || this.table.computedColumns().contains(column);
	}

	/** Dashed whatever the table's UUIDs are, as clients send it for BLOB keys, too. */
	private JsonValue key(UUID key) {
		WireFormat.ColumnForms own = this.wire.overrides().get(this.key.name());
		boolean base64 = own != null && own.uuids() == WireFormat.Uuids.BASE64;
		return BinaryRenderer.uuid(key, base64 ? WireFormat.Uuids.BASE64 : WireFormat.Uuids.DASHED);
	}

	private String render(Column column, @Nullable String current, @Nullable JsonValue last) {
		return JsonText.write(ValueRenderer.render(current, column, last, this.wire.of(column.name())));
	}

}
