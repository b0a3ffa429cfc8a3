/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.table;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.oversync.client.SyncRow;
import io.oversync.client.internal.database.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * A row as text, exactly: pairs of SQL literals, the name of a column and its value; of
 * two values of a column the later one counts. A trigger can write it with
 * {@code quote()}.
 */
public final class BaseImage {

	private static final int GROUP = 50;

	/** As SQLite writes it: beyond the range of a double. */
	private static final String INFINITY = "9.0e+999";

	private final String text;

	private int position;

	private BaseImage(String text) {
		this.text = text;
	}

	/** Returns the SQL expression that makes the text. */
	public static String expression(LocalTable table, String row) {
		List<LocalColumn> columns = table.columns();
		List<String> groups = new ArrayList<>();
		// in groups, because SQLite limits how deep an expression is nested
		for (int from = 0; from < columns.size(); from += GROUP) {
			groups.add(columns.subList(from, Math.min(from + GROUP, columns.size()))
				.stream()
				.map((column) -> SqlText.text(SqlText.text(column.name()) + " ") + " || quote(" + row + "."
						+ column.quoted() + ")")
				.collect(Collectors.joining(" || ' ' || ", "(", ")")));
		}
		return String.join(" || ' ' || ", groups);
	}

	/**
	 * Returns the SQL expression, for a trigger on updates, that makes the text of what
	 * the changed columns held.
	 */
	public static String changedExpression(LocalTable table) {
		return table.columns()
			.stream()
			.map((column) -> "CASE WHEN " + isChanged(column) + " THEN "
					+ SqlText.text(SqlText.text(column.name()) + " ") + " || quote(OLD." + column.quoted()
					+ ") || ' ' ELSE '' END")
			.collect(Collectors.joining(" || "));
	}

	/** Returns the SQL expression of a number that has a bit for each changed column. */
	public static String changedBits(LocalTable table) {
		List<LocalColumn> columns = table.columns();
		List<String> bits = new ArrayList<>();
		for (int i = 0; i < columns.size(); i++) {
			bits.add("((" + isChanged(columns.get(i)) + ") << " + i + ")");
		}
		return String.join(" | ", bits);
	}

	/** Whatever the column's collation takes for the same, and 1 is not 1.0. */
	private static String isChanged(LocalColumn column) {
		String before = "OLD." + column.quoted();
		String after = "NEW." + column.quoted();
		String changed = before + " COLLATE BINARY IS NOT " + after;
		return (column.kind() != LocalColumn.Kind.OTHER) ? changed
				: "(" + changed + " OR typeof(" + before + ") <> typeof(" + after + "))";
	}

	/** Returns a row as it was: columns that were not saved are as they are. */
	public static SyncRow complete(String text, @Nullable SyncRow now) {
		SyncRow saved = read(text);
		if (now == null || saved.columns().containsAll(now.columns())) {
			return saved;
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>(now.asMap());
		values.putAll(saved.asMap());
		return new SyncRow(values);
	}

	public static String write(SyncRow row) {
		return row.asMap()
			.entrySet()
			.stream()
			.map((entry) -> SqlText.text(entry.getKey()) + " " + literal(entry.getValue()))
			.collect(Collectors.joining(" "));
	}

	public static String literal(@Nullable Object value) {
		if (value == null) {
			return "NULL";
		}
		if (value instanceof byte[] bytes) {
			return "X'" + HexFormat.of().formatHex(bytes) + "'";
		}
		if (value instanceof Double number && number.isInfinite()) {
			return (number > 0) ? INFINITY : "-" + INFINITY;
		}
		return (value instanceof String string) ? SqlText.text(string) : value.toString();
	}

	public static SyncRow read(String text) {
		BaseImage image = new BaseImage(text);
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		while (image.skipSpaces()) {
			String column = String.valueOf(image.next());
			image.skipSpaces();
			values.put(column.toLowerCase(Locale.ROOT), image.next());
		}
		return new SyncRow(values);
	}

	/** Returns whether there is more. */
	private boolean skipSpaces() {
		while (this.position < this.text.length() && this.text.charAt(this.position) == ' ') {
			this.position++;
		}
		return this.position < this.text.length();
	}

	private @Nullable Object next() {
		char first = this.text.charAt(this.position);
		if (first == '\'') {
			return string();
		}
		if (first == 'X') {
			this.position++;
			return HexFormat.of().parseHex(string());
		}
		int end = this.text.indexOf(' ', this.position);
		String literal = this.text.substring(this.position, (end >= 0) ? end : this.text.length());
		this.position += literal.length() + 1;
		return number(literal);
	}

	private String string() {
		StringBuilder string = new StringBuilder();
		int from = this.position + 1;
		while (true) {
			int quote = this.text.indexOf('\'', from);
			string.append(this.text, from, quote);
			from = quote + 1;
			if (from >= this.text.length() || this.text.charAt(from) != '\'') {
				break;
			}
			string.append('\'');
			from++;
		}
		this.position = from + 1;
		return string.toString();
	}

	private static @Nullable Object number(String literal) {
		if (literal.equals("NULL")) {
			return null;
		}
		// not in one expression, which would make a double of both
		if (literal.chars().allMatch((c) -> c == '-' || Character.isDigit(c))) {
			return Long.valueOf(literal);
		}
		return Double.valueOf(literal);
	}

}
