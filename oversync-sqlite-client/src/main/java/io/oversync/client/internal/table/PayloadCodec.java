/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.protocol.JsonLiteral;
import io.oversync.client.internal.protocol.RowPayload;
import io.oversync.client.internal.support.SqliteValues;
import io.oversync.client.internal.support.UuidKeys;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into payloads and back (§2, §6), without losing a digit or a byte: BLOBs are
 * base64, except for the key, which is a dashed UUID; everything else is what it is.
 */
public final class PayloadCodec {

	/** Digits that a double always keeps. */
	private static final int SAFE_DIGITS = 15;

	private PayloadCodec() {
	}

	/**
	 * Writes a row.
	 * @param extra members of the server's row that the table could not hold: they are
	 * sent back as they came, unless the row has another value now
	 * @param absent members that are left out
	 * @throws UnsupportedValueException if a value cannot be sent so that it arrives as
	 * it is
	 */
	public static RowPayload write(LocalTable table, SyncRow row, String uuid, @Nullable RowPayload extra,
			Set<String> absent) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		for (LocalColumn column : table.columns()) {
			if (absent.contains(column.member())) {
				continue;
			}
			Object value = row.asMap().get(column.member());
			boolean blobKey = column.equals(table.key()) && table.hasBlobKey();
			if (blobKey && !(value instanceof byte[])) {
				throw new UnsupportedValueException("The key " + table.name() + "." + column.name()
						+ " is declared as BLOB, but holds text: other devices would get bytes. Store the 16"
						+ " bytes, or declare the key as TEXT");
			}
			members.put(column.member(), blobKey ? uuid : json(table, column, value));
		}
		if (extra != null) {
			extra.members().forEach((member, value) -> {
				if (!members.containsKey(member) || isRounded(row.get(member), value)) {
					members.put(member, value);
				}
			});
		}
		return new RowPayload(members);
	}

	/**
	 * Returns the member that a value is sent as.
	 * @throws UnsupportedValueException if it cannot be sent so that it arrives as it is
	 */
	public static @Nullable Object json(LocalTable table, LocalColumn column, @Nullable Object value) {
		boolean blob = column.kind() == LocalColumn.Kind.BLOB;
		if (value instanceof byte[] bytes) {
			if (!blob) {
				throw new UnsupportedValueException("The column " + table.name() + "." + column.name()
						+ " holds a BLOB, but is not declared as one: it would arrive as text. Declare the column"
						+ " as BLOB");
			}
			return Base64.getEncoder().encodeToString(bytes);
		}
		if (value instanceof String text) {
			if (blob) {
				throw new UnsupportedValueException("The column " + table.name() + "." + column.name()
						+ " is declared as BLOB, but holds text: it would arrive as bytes. Store a BLOB, or"
						+ " declare the column as TEXT");
			}
			if (hasLoneSurrogate(text)) {
				throw new UnsupportedValueException("The column " + table.name() + "." + column.name()
						+ " holds half a surrogate pair, which is no text");
			}
			return text;
		}
		if (value instanceof Double number) {
			if (number.isInfinite()) {
				return new JsonLiteral((number > 0) ? "9.0e+999" : "-9.0e+999", true);
			}
			return new JsonLiteral(number.toString(), true);
		}
		return (value != null) ? new JsonLiteral(value.toString(), true) : null;
	}

	private static boolean hasLoneSurrogate(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
				i++;
			}
			else if (Character.isSurrogate(c)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Reads the values of the columns that the payload has.
	 * @param key the row's key in the local table
	 */
	public static SyncRow read(LocalTable table, Object key, RowPayload payload) {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (LocalColumn column : table.columns()) {
			String member = column.member();
			if (column.equals(table.key())) {
				values.put(member, key);
			}
			else if (payload.members().containsKey(member)) {
				values.put(member, value(column, payload.members().get(member)));
			}
		}
		return new SyncRow(values);
	}

	/**
	 * Returns whether a local value is what SQLite makes of a number that it cannot hold.
	 */
	private static boolean isRounded(@Nullable Object local, @Nullable Object exact) {
		String text = String.valueOf(exact);
		return text.equals(local)
				|| (local instanceof Number number && number.doubleValue() == Double.parseDouble(text));
	}

	/**
	 * Returns whether SQLite rounds a value in a column: a decimal of more digits than a
	 * double has.
	 */
	public static boolean isRounded(LocalColumn column, @Nullable Object json) {
		if (json == null || column.kind() != LocalColumn.Kind.OTHER) {
			return false;
		}
		String text = json.toString();
		return text.length() > SAFE_DIGITS && SqliteValues.number(text) != null && number(text) instanceof String;
	}

	/** Returns the members that the table cannot hold as they are, or null. */
	public static @Nullable RowPayload extra(LocalTable table, RowPayload payload) {
		Map<String, @Nullable Object> extra = null;
		for (Map.Entry<String, @Nullable Object> member : payload.members().entrySet()) {
			LocalColumn column = table.column(member.getKey());
			if (column == null || isRounded(column, member.getValue())) {
				extra = (extra != null) ? extra : new LinkedHashMap<>();
				extra.put(member.getKey(), member.getValue());
			}
		}
		return (extra != null) ? new RowPayload(extra) : null;
	}

	/** Returns the members that a payload lacks of the table's columns. */
	public static Set<String> absent(LocalTable table, RowPayload payload) {
		Set<String> absent = Set.of();
		for (LocalColumn column : table.columns()) {
			if (!payload.members().containsKey(column.member()) && !column.equals(table.key())) {
				absent = absent.isEmpty() ? new LinkedHashSet<>() : absent;
				absent.add(column.member());
			}
		}
		return absent;
	}

	/** Returns whether a column holds what it makes of a member. */
	public static boolean holds(LocalColumn column, @Nullable Object local, @Nullable Object json) {
		return SqliteValues.same(local, value(column, json)) || (isRounded(column, json) && isRounded(local, json));
	}

	/** Returns whether a local row holds what a payload says. */
	public static boolean isSame(LocalTable table, SyncRow local, RowPayload payload) {
		for (LocalColumn column : table.columns()) {
			String member = column.member();
			if (!column.equals(table.key()) && payload.members().containsKey(member)
					&& !holds(column, local.get(member), payload.members().get(member))) {
				return false;
			}
		}
		return true;
	}

	public static @Nullable Object value(LocalColumn column, @Nullable Object json) {
		if (json instanceof Boolean bool) {
			return bool ? 1L : 0L;
		}
		if (json instanceof JsonLiteral literal) {
			boolean asText = !literal.number() || column.kind() == LocalColumn.Kind.TEXT;
			return asText ? literal.text() : number(literal.text());
		}
		return (json instanceof String text && column.kind() == LocalColumn.Kind.BLOB) ? blob(column, text) : json;
	}

	/** A number, or its text if SQLite's numbers cannot hold it exactly. */
	private static Object number(String text) {
		try {
			if (text.chars().allMatch((c) -> c == '-' || Character.isDigit(c))) {
				return Long.valueOf(text);
			}
			double number = Double.parseDouble(text);
			boolean exact = text.length() <= SAFE_DIGITS || Double.isInfinite(number)
					|| BigDecimal.valueOf(number).compareTo(new BigDecimal(text)) == 0;
			return exact ? number : text;
		}
		catch (NumberFormatException ex) {
			return text;
		}
	}

	private static @Nullable Object blob(LocalColumn column, String text) {
		if (column.reference()) {
			// older clients write NULL as an empty text; no key is empty
			if (text.isEmpty()) {
				return null;
			}
			String uuid = UuidKeys.uuid(text);
			if (uuid != null) {
				return UuidKeys.bytes(uuid);
			}
		}
		try {
			return Base64.getDecoder().decode(text);
		}
		catch (IllegalArgumentException ex) {
			String uuid = UuidKeys.uuid(text);
			return (uuid != null) ? UuidKeys.bytes(uuid) : text;
		}
	}

}
